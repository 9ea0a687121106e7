import type { MeshConfig } from "@tulle/core/model";
import type { Snapshot } from "@tulle/core/snapshot";
import type { DataPlaneReport } from "@tulle/core/telemetry";
import type {
  BreakerAnswer,
  ControlEvent,
  EdgeAnswer,
  EnvironmentAnswer,
  EpochAnswer,
  HealthAnswer,
  HistoryEntry,
  PublishAnswer,
  TokenAnswer,
} from "../api/answers.ts";
import { type Call, createTransport } from "./transport.ts";

/**
 * Control's API as functions. Every refusal arrives as the `TulleError` that control answered with;
 * TULLE4115 where nobody answers, TULLE4116 where something else does.
 */
export interface ControlClient {
  health(): Promise<HealthAnswer>;
  /** The snapshot, whole or scoped; null where the version given under `unless` is still the newest. */
  snapshot(request?: SnapshotRequest): Promise<{ readonly snapshot: Snapshot; readonly etag: string } | null>;
  /** The newest version, as soon as it is above `after` or when `waitMs` have passed. */
  epoch(request?: { readonly after?: number; readonly waitMs?: number }): Promise<EpochAnswer>;
  publish(request: PublishRequest): Promise<PublishAnswer>;
  history(): Promise<readonly HistoryEntry[]>;
  config(): Promise<MeshConfig>;
  report(report: DataPlaneReport): Promise<void>;
  edges(): Promise<readonly EdgeAnswer[]>;
  breakers(): Promise<readonly BreakerAnswer[]>;
  events(request?: { readonly after?: number }): Promise<readonly ControlEvent[]>;
  environments(): Promise<readonly EnvironmentAnswer[]>;
  issueToken(caller: string): Promise<TokenAnswer>;
}

export interface ControlClientOptions {
  /** Base URL, as in `http://127.0.0.1:4100`. */
  readonly url: string;
  readonly token: string;
  /** How long one request may take, beyond what it asked control to wait; 10,000 unless given. */
  readonly timeoutMs?: number;
  /** Ends every request under way when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface SnapshotRequest {
  readonly caller?: string;
  /** ETag of the copy at hand. */
  readonly unless?: string;
}

export interface PublishRequest {
  readonly config: MeshConfig;
  /** Version that the configuration was made for, 0 for the first; left out, whatever is newest. */
  readonly expectedVersion?: number;
  readonly message?: string;
}

/** Makes a client. No request is made until a function is called. */
export function createControlClient(options: ControlClientOptions): ControlClient {
  const send = createTransport(options);
  const read = async <T>(path: string, query: Call["query"] = {}): Promise<T> =>
    (await send({ method: "GET", path, query })).body as T;
  const write = async <T>(path: string, body: unknown): Promise<T> =>
    (await send({ method: "POST", path, body })).body as T;

  return {
    health: () => read("/v1/health"),
    async snapshot({ caller, unless } = {}) {
      const answer = await send({
        method: "GET",
        path: "/v1/snapshot",
        query: { caller },
        ...(unless !== undefined && { headers: { "if-none-match": unless } }),
      });
      return answer.status === 304 ? null : { snapshot: answer.body as Snapshot, etag: answer.etag };
    },
    epoch: async ({ after = 0, waitMs = 0 } = {}) => {
      const query = { after, waitMs };
      return (await send({ method: "GET", path: "/v1/epoch", query, waitMs })).body as EpochAnswer;
    },
    publish: (request) => write("/v1/snapshots", request),
    history: () => read("/v1/snapshots"),
    config: () => read("/v1/config"),
    report: async (report) => {
      await write("/v1/reports", report);
    },
    edges: () => read("/v1/edges"),
    breakers: () => read("/v1/breakers"),
    events: ({ after } = {}) => read("/v1/events", { after }),
    environments: () => read("/v1/environments"),
    issueToken: (caller) => write("/v1/tokens", { caller }),
  };
}
