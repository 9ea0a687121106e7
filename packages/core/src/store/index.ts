/** The store port: the interface that control and the platform consume and the store package implements. */
export type * from "./port.ts";
