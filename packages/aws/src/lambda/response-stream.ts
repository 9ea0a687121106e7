/** placeholder */
export type ResponseStreamEvent =
  | { readonly kind: "chunk"; readonly payload: Uint8Array }
  | {
      readonly kind: "complete";
      readonly errorCode: string | null;
      readonly errorDetails: string | null;
      readonly logResult: string | null;
    };
export declare function encodeResponseStreamEvent(event: ResponseStreamEvent): Uint8Array;
