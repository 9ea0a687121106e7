/** placeholder */
export interface LambdaErrorRow {
  readonly status: number;
  /** How the service spells the field: older shapes have `Message`, newer ones `message`. */
  readonly messageField: "Message" | "message";
  /** Value of `Type`: whose fault it is. Null: the document has no such field. */
  readonly type: "User" | "Service" | null;
}
/** Error code to what is on the wire. */
export declare const lambdaErrors: Readonly<Record<string, LambdaErrorRow>>;
