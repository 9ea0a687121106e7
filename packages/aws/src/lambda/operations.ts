/** placeholder */
export interface LambdaRoute {
  readonly operation: string;
  /** Decoded values of the template's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}
/** Finds the operation that a request line names; null for none. `path` is as on the wire, without query. */
export declare function matchOperation(method: string, path: string): LambdaRoute | null;
