/** The control plane as a library: everything that the API serves, without the API. */
import { createHash } from "node:crypto";
import { setTimeout as sleepFor } from "node:timers/promises";
import { TulleError } from "@tulle/core/errors";
import type { MeshConfig } from "@tulle/core/model";
import type { Clock, Digest, Random, Sleep } from "@tulle/core/ports";
import type { Store } from "@tulle/core/store";
import type {
  BreakerAnswer,
  ControlEvent,
  EdgeAnswer,
  EnvironmentAnswer,
  HistoryEntry,
  PublishAnswer,
} from "./api/answers.ts";
import { createWaiters, type WaitRequest } from "./epoch/waiters.ts";
import { openFleet } from "./fleet/fleet.ts";
import { createTokens, type Identity, isCallerName } from "./identity/tokens.ts";
import { createArchive } from "./publish/archive.ts";
import { createPublisher } from "./publish/publisher.ts";
import { createSnapshotCopies, type SnapshotCopy } from "./publish/snapshot-copies.ts";
import { acceptReport } from "./shape/report-shape.ts";

export interface Control {
  /** Newest version that this process knows; 0 before the first publish. */
  version(): number;
  /** Takes a publish request as it came. Throws TULLE4101, TULLE4102, TULLE4106. */
  publish(body: unknown): Promise<PublishAnswer>;
  /** The snapshot as it is sent, null for the whole of it. Throws TULLE4103. */
  snapshot(caller: string | null): SnapshotCopy;
  /** What is published, in its normal form. Throws TULLE4103. */
  config(): MeshConfig;
  history(): Promise<readonly HistoryEntry[]>;
  /** Newest version as soon as it is above `after`, or after the wait. Throws TULLE4111. */
  epoch(request: WaitRequest): Promise<number>;
  /** How many requests wait for a version. */
  waiting(): number;
  /** Takes a report as it came from who sent it. Throws TULLE4108, TULLE4110. */
  report(body: unknown, from: Identity): void;
  edges(): readonly EdgeAnswer[];
  breakers(): readonly BreakerAnswer[];
  events(after: number): readonly ControlEvent[];
  environments(): readonly EnvironmentAnswer[];
  readonly operatorToken: string;
  /** Throws TULLE4106 for a name that no caller can have. */
  issueToken(caller: string): string;
  identify(token: string): Identity | null;
  /** Work that is due from time to time: looks for publishes of other processes, rolls reports up. */
  tick(): Promise<void>;
  /** Lets waiters go and rolls up what is left. The store stays open: it belongs to who opened it. */
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly store: Store;
  /** The secret that all tokens are derived from, at least 32 bytes. */
  readonly key: Uint8Array;
  readonly nowMs?: Clock;
  readonly random?: Random;
  readonly digest?: Digest;
  readonly sleep?: Sleep;
  /** How many requests may wait for a version at a time; 1,000 unless given. */
  readonly maxWaiters?: number;
  /** How many of them may be of one caller; 50 unless given. */
  readonly maxWaitersPerCaller?: number;
}

/** SHA-256 as lower-case hex. */
export const sha256: Digest = (text) => createHash("sha256").update(text).digest("hex");

const ROLL_UP_EVERY_MS = 2_000;

const realSleep: Sleep = (ms, signal) => sleepFor(ms, undefined, { signal: signal as AbortSignal });

/** Opens the control plane on a store, with what an earlier run left there. */
export async function createControl(options: ControlOptions): Promise<Control> {
  const { store, nowMs = Date.now, random = Math.random, digest = sha256 } = options;
  const tokens = createTokens(options.key);
  const fleet = await openFleet(store, nowMs);
  let copies: ReturnType<typeof createSnapshotCopies> | undefined;

  const publisher = createPublisher({
    archive: createArchive(store, digest),
    digest,
    nowMs,
    random,
    onPublished({ snapshot }, message) {
      copies = createSnapshotCopies(snapshot);
      if (started) {
        const { version, hash } = snapshot;
        fleet.note({ kind: "publish", atMs: nowMs(), version, hash, message });
      }
      waiters.wake();
    },
  });
  const version = () => publisher.current()?.head.version ?? 0;
  const waiters = createWaiters({
    version,
    sleep: options.sleep ?? realSleep,
    limit: options.maxWaiters ?? 1_000,
    limitPerCaller: options.maxWaitersPerCaller ?? 50,
  });
  let started = false;
  let rolledUpAtMs = nowMs();
  await publisher.refresh();
  started = true;

  return {
    version,
    publish: publisher.publish,
    snapshot: (caller) => published(copies)(caller),
    config: () => published(publisher.current()).config,
    history: publisher.history,
    epoch: waiters.wait,
    waiting: () => waiters.size,
    report(body, from) {
      const report = acceptReport(body);
      if (from.kind === "caller" && from.caller !== report.caller) {
        throw new TulleError("TULLE4108", `The token of ${from.caller} cannot report for ${report.caller}.`);
      }
      fleet.accept(report);
    },
    edges: fleet.edges,
    breakers: fleet.breakers,
    events: fleet.events,
    environments: () => fleet.environments(version()),
    operatorToken: tokens.operator,
    issueToken(caller) {
      if (isCallerName(caller)) return tokens.issue(caller);
      throw new TulleError("TULLE4106", `"${caller}" is no name that a caller can have.`);
    },
    identify: tokens.identify,
    async tick() {
      const due = Math.abs(nowMs() - rolledUpAtMs) >= ROLL_UP_EVERY_MS;
      if (due) rolledUpAtMs = nowMs();
      const results = await Promise.allSettled([publisher.refresh(), due ? fleet.rollUp() : undefined]);
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
    async close() {
      waiters.close();
      await fleet.rollUp();
    },
  };
}

function published<T>(value: T | undefined): T {
  if (value === undefined) throw new TulleError("TULLE4103", "Nothing has been published yet.");
  return value;
}
