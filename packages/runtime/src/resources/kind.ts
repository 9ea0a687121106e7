import type { ResourceKind } from "@tulle/core/model";

/**
 * Logical to physical names, one file per kind of resource.
 *
 * A kind says twice where its name stands: in the input of an SDK command, and in the HTTP request that the
 * SDK makes of it. The first serves attached clients, the second functions that are intercepted. For the
 * services that speak JSON the two are the same tree, so `jsonKind` derives the second from the first; S3
 * (host, path) and SNS (form) spell out their own.
 *
 * Nothing is copied until a name really changes: what names nothing in the mesh goes on as the object, or the
 * bytes, it came as.
 */
export interface ResourceDriver {
  readonly kind: ResourceKind;
  /** `config.serviceId` of the SDK client; survives minification. */
  readonly serviceId: string;
  /** The service's word in the scope of a signature, which names the service of an intercepted request. */
  readonly signingName: string;
  /** The input with physical names, or the very same object when it names nothing in the mesh. */
  rewriteInput(input: CommandInput, call: ResourceCall): CommandInput;
  /** The parts of a request that change, or null when nothing does. */
  rewriteRequest(request: WireRequest, call: PhysicalNames): WireChange | null;
}

export type CommandInput = Readonly<Record<string, unknown>>;

/** The physical name behind a logical one of this kind, or null for what is outside the mesh. */
export interface PhysicalNames {
  readonly physicalOf: (name: string) => string | null;
}

export interface ResourceCall extends PhysicalNames {
  /** Name of the operation in the service's model, as in `GetQueueUrl`; empty where it is not known. */
  readonly operation: string;
}

/** What a kind may look at of a request that is about to be sent. Header names are lower case. */
export interface WireRequest {
  readonly host: string;
  /** Path and query as they stand in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where the kind is asked before the body is known. */
  readonly body: Uint8Array | null;
}

export interface WireChange {
  readonly host?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
