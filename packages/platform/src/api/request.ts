import type { Invoker } from "../functions/invoker.ts";
import type { FunctionServices } from "../functions/services.ts";
import type { EventQueue } from "../queue/event-queue.ts";
import type { CodeLinks } from "./code-links.ts";
import type { InvokeEvent } from "./operations/observation.ts";

/** A request that was signed by a known principal, matched to an operation. */
export interface ApiRequest {
  /** Name of the operation in Lambda's model. */
  readonly operation: string;
  /** Decoded parameters of the path. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Principal whose credentials signed it. */
  readonly caller: string;
  readonly requestId: string;
}

/** What an operation answers. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null for none. */
  readonly body: string | Uint8Array | null;
}

export interface ApiServices extends FunctionServices {
  readonly invoker: Invoker;
  readonly queue: EventQueue;
  readonly codeLinks: CodeLinks;
  /** Functions whose code is being changed; a second change of one is refused meanwhile. */
  readonly changing: Set<string>;
  /** Folder of the code store: bundles are built as if they lay in it. */
  readonly codeFolder: string;
  readonly accountConcurrency: number;
  readonly onInvoke?: ((event: InvokeEvent) => void) | undefined;
}

export type Operation = (services: ApiServices, request: ApiRequest) => Promise<ApiAnswer> | ApiAnswer;

export function json(status: number, document: unknown): ApiAnswer {
  return { status, body: JSON.stringify(document) };
}

export const noContent: ApiAnswer = { status: 204, body: null };
