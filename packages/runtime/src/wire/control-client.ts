/**
 * Control's API as a data plane uses it: read the own snapshot, hand in reports. Source:
 * docs/reference/wiring.md.
 */
import type { Snapshot } from "@tulle/core/snapshot";
import type { DataPlaneReport } from "@tulle/core/telemetry";
import type { Endpoint } from "./endpoint.ts";
import { exchange } from "./exchange.ts";
import type { Pool } from "./pool.ts";
import type { WireResponse } from "./response-parser.ts";

/**
 * Reads the newest snapshot, unless it is the one with this tag. Rejects when control cannot be reached or
 * refuses.
 */
export type FetchSnapshot = (tag: string | null, timeoutMs: number) => Promise<SnapshotAnswer>;

export type SnapshotAnswer =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot; readonly tag: string | null }
  | { readonly kind: "unchanged" }
  /** Nothing was published yet. */
  | { readonly kind: "none" };

/** Hands in a report; rejects when it may not have arrived. */
export type SendReport = (report: DataPlaneReport) => Promise<void>;

export interface ControlClientOptions {
  readonly pool: Pool;
  readonly endpoint: Endpoint;
  readonly caller: string;
  readonly token: string | null;
}

const REPORT_TIMEOUT_MS = 2000;
/** A scoped snapshot is a few kilobytes; the whole of a large mesh, 25 MB. */
const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;

export function controlClient(options: ControlClientOptions): {
  readonly fetchSnapshot: FetchSnapshot;
  readonly sendReport: SendReport;
} {
  const { caller } = options;
  return {
    async fetchSnapshot(tag, timeoutMs) {
      const headers: Record<string, string> = tag === null ? {} : { "if-none-match": tag };
      const path = `/v1/snapshot?caller=${encodeURIComponent(caller)}`;
      const answer = await ask(options, { method: "GET", path, headers, body: "", timeoutMs });
      if (answer.status === 304) return { kind: "unchanged" };
      if (answer.status === 404) return { kind: "none" };
      if (answer.status !== 200) throw new Error(`control answered ${answer.status}`);
      const snapshot = JSON.parse(answer.body.toString()) as Snapshot;
      return { kind: "snapshot", snapshot, tag: String(answer.headers["etag"] ?? "") || null };
    },
    async sendReport(report) {
      const headers = { "content-type": "application/json" };
      const answer = await ask(options, {
        method: "POST",
        path: "/v1/reports",
        headers,
        body: JSON.stringify(report),
        timeoutMs: REPORT_TIMEOUT_MS,
      });
      // A report that control refuses would be refused again; only a fault of control's own is worth a second
      // try.
      if (answer.status >= 500) throw new Error(`control answered ${answer.status}`);
    },
  };
}

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly timeoutMs: number;
}

async function ask(
  { pool, endpoint, token }: ControlClientOptions,
  request: ControlRequest,
): Promise<WireResponse> {
  const result = await exchange(pool, {
    ...request,
    peer: endpoint,
    path: endpoint.prefix + request.path,
    patient: true,
    maxBodyBytes: MAX_SNAPSHOT_BYTES,
    headers: {
      host: endpoint.host,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...request.headers,
    },
  });
  if (result.kind === "failure") throw new Error(`control: ${result.reason}`, { cause: result.cause });
  return result.response;
}
