/**
 * A whole mesh on this machine, as a function: what `tulle dev` runs, for programs that bring their own
 * front.
 */
export { type DevSession, startDev } from "./dev-session.ts";
export type { DevEvent, DevOptions } from "./options.ts";
