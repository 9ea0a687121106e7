/**
 * Where the data plane's snapshot comes from, and how old it may be.
 *
 * Two promises pull in opposite directions: nothing waits on the mesh, and nothing routes on old news. So a
 * snapshot is served while a newer one is read (stale-while-revalidate) as long as it was confirmed within
 * `maxStale`. Beyond that, or when the platform says that a newer version exists, one read starts when the
 * invocation is entered and the first mesh call joins it, for at most `JOIN_MS`. After a failure the reads
 * back off, and until the next one nobody waits at all: control being down costs the calls nothing but
 * freshness. Ages are wall-clock differences, because a monotonic clock may stand still in a freeze; an age
 * below zero means that the clock was set back and counts as too old. A read that has been on its way for
 * longer than any may be was caught by a freeze: nobody waits for it, and its end says nothing about control.
 */
import { SNAPSHOT_FORMAT, type Snapshot } from "@tulle/core/snapshot";
import type { Ports } from "../data-plane/ports.ts";
import type { FetchSnapshot, SnapshotAnswer } from "../wire/control-client.ts";

export interface SnapshotSourceOptions {
  readonly ports: Ports;
  /** Null where no control is configured: then the baked copy is all there is. */
  readonly fetchSnapshot: FetchSnapshot | null;
  /** The copy that was put beside the code at deployment; null where there is none. May throw. */
  readonly readBaked: () => Snapshot | null;
  readonly maxStaleMs: number;
  /** Called with each newer snapshot; throws when it cannot be used. */
  readonly accept: (snapshot: Snapshot) => void;
  readonly count: (counter: string) => void;
}

export interface SnapshotSource {
  /** The read at INIT; without it, the first call makes it. */
  start(): void;
  /**
   * An invocation begins. `epoch` is the newest version that the platform has heard of, null where it does
   * not say.
   */
  enter(epoch: number | null): void;
  /** What a call has to wait for now; null for nothing. */
  fresh(): Promise<void> | null;
  /** Reads again, whatever the age, and waits at most so long. */
  refresh(boundMs: number): Promise<void>;
}

/** How long a call may be held up by a read. */
const JOIN_MS = 20;
/** How long the first call may be held up by the read at INIT. */
const INIT_MS = 500;
/** How long a read may take in all, whether anybody waits for it or not. */
const READ_TIMEOUT_MS = 1000;
const FIRST_RETRY_MS = 250;
/** Into how many parts a bound is cut. */
const SLICES = 4;

export function createSnapshotSource(options: SnapshotSourceOptions): SnapshotSource {
  return new Source(options);
}

class Source implements SnapshotSource {
  readonly #options: SnapshotSourceOptions;
  /** Age at which a read starts in the background. */
  readonly #revalidateMs: number;
  #version = 0;
  #tag: string | null = null;
  /** When the snapshot was last known to be the newest. */
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  /**
   * Newest version that the platform has named, and the newest of those that control did not have when asked.
   */
  #wanted = 0;
  #denied = 0;
  #reading: Promise<void> | null = null;
  #readingSinceMs = 0;
  /** The read that a call has waited for in vain; nobody waits for it twice. */
  #waitedOut: Promise<void> | null = null;
  #joined: Promise<void> | null = null;
  #started = false;
  #answered = false;
  #failures = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SnapshotSourceOptions) {
    this.#options = options;
    this.#revalidateMs = options.maxStaleMs / 2;
  }

  start(): void {
    this.#started = true;
    if (this.#options.fetchSnapshot === null) this.#useBaked();
    else {
      const read = this.#bounded(this.#read(), INIT_MS);
      this.#join(read.then(() => (this.#answered ? undefined : this.#useBaked())));
    }
  }

  enter(epoch: number | null): void {
    const nowMs = this.#options.ports.clock();
    if (epoch !== null) {
      // Whoever names a version that is news has heard it from control: no reason to keep pausing.
      if (epoch > this.#wanted) this.#retryAtMs = Number.NEGATIVE_INFINITY;
      this.#wanted = Math.max(this.#wanted, epoch);
      if (epoch === this.#version) this.#confirmedAtMs = nowMs;
    }
    this.#check(nowMs);
  }

  fresh(): Promise<void> | null {
    if (this.#joined === null) this.#check(this.#options.ports.clock());
    return this.#joined;
  }

  async refresh(boundMs: number): Promise<void> {
    if (this.#options.fetchSnapshot !== null) await this.#bounded(this.#read(), boundMs);
  }

  /** Starts whatever the snapshot's age asks for. */
  #check(nowMs: number): void {
    if (!this.#started) this.start();
    const ageMs = nowMs - this.#confirmedAtMs;
    const behind = this.#isBehind();
    if (ageMs >= 0 && ageMs <= this.#revalidateMs && !behind) return;
    const { fetchSnapshot, maxStaleMs, count } = this.#options;
    if (fetchSnapshot === null || this.#joined !== null) return;
    const tooOld = behind || ageMs < 0 || ageMs > maxStaleMs;
    // A pause that seems longer than any we make means that the clock was set back.
    const pauseMs = this.#retryAtMs - nowMs;
    if ((pauseMs > 0 && pauseMs <= maxStaleMs) || this.#isWaitedOut(nowMs)) {
      if (tooOld) count("snapshotStale");
    } else if (tooOld) this.#join(this.#inTime());
    else void this.#read();
  }

  #isWaitedOut(nowMs: number): boolean {
    return this.#reading !== null && this.#reading === this.#waitedOut && !this.#wasFrozen(nowMs);
  }

  /** Whether the read on its way was caught by a freeze. */
  #wasFrozen(nowMs: number): boolean {
    return Math.abs(nowMs - this.#readingSinceMs) > 2 * READ_TIMEOUT_MS;
  }

  async #inTime(): Promise<void> {
    await this.#bounded(this.#catchUp(), JOIN_MS);
    if (this.#reading !== null) this.#options.count("snapshotStale");
  }

  #isBehind(): boolean {
    return this.#wanted > this.#version && this.#wanted > this.#denied;
  }

  #join(bounded: Promise<void>): void {
    const joined = bounded.then(() => {
      this.#joined = null;
      this.#waitedOut = this.#reading;
    });
    this.#joined = joined;
  }

  /** A read that was under way may have been answered before the publish that the platform told of. */
  async #catchUp(): Promise<void> {
    await this.#read();
    if (this.#isBehind() && this.#failures === 0) await this.#read();
  }

  /**
   * Resolves with the read, or when the bound has passed as time in which the process had its turns: it is
   * counted in slices, so that a bundle that blocks for seconds while it loads uses up one of them. Due
   * timers come before input, so after the last slice the sockets are looked at once more.
   */
  #bounded(read: Promise<void>, boundMs: number): Promise<void> {
    const { later } = this.#options.ports;
    return new Promise((resolve) => {
      let left = SLICES;
      let cancel = (): void => {};
      const next = (): void => {
        left -= 1;
        cancel = left < 0 ? later(0, resolve) : later(boundMs / SLICES, next);
      };
      next();
      void read.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** One read at a time; never rejects. */
  #read(): Promise<void> {
    const nowMs = this.#options.ports.clock();
    if (this.#reading !== null && !this.#wasFrozen(nowMs)) return this.#reading;
    const reading = this.#readOnce(nowMs).finally(() => {
      if (this.#reading === reading) this.#reading = null;
    });
    this.#reading = reading;
    this.#readingSinceMs = nowMs;
    return reading;
  }

  async #readOnce(sinceMs: number): Promise<void> {
    const { fetchSnapshot, ports } = this.#options;
    if (fetchSnapshot === null) return;
    const wanted = this.#wanted;
    try {
      this.#take(await fetchSnapshot(this.#tag, READ_TIMEOUT_MS));
      this.#answered = true;
      if (this.#version < wanted) this.#denied = wanted;
      this.#confirmedAtMs = ports.clock();
      this.#retryAtMs = Number.NEGATIVE_INFINITY;
      if (this.#failures > 0) this.#say("control is reachable again");
      this.#failures = 0;
    } catch (error) {
      if (Math.abs(ports.clock() - sinceMs) <= 2 * READ_TIMEOUT_MS) this.#failed(error);
    }
  }

  #take(answer: SnapshotAnswer): void {
    if (answer.kind !== "snapshot") return;
    const { snapshot, tag } = answer;
    if (snapshot.format !== SNAPSHOT_FORMAT) throw new Error(`snapshot of format ${snapshot.format}`);
    // Versions only grow: an answer that is older was overtaken on its way.
    if (snapshot.version > this.#version) {
      this.#options.accept(snapshot);
      this.#version = snapshot.version;
    }
    this.#tag = tag;
  }

  #failed(error: unknown): void {
    const { count, maxStaleMs, ports } = this.#options;
    count("controlUnreachable");
    if (this.#failures === 0)
      this.#say(`control cannot be read: ${messageOf(error)}; the last known state stays`);
    this.#retryAtMs =
      ports.clock() + Math.min(maxStaleMs, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
  }

  #useBaked(): void {
    const { readBaked, accept, count } = this.#options;
    try {
      const snapshot = readBaked();
      if (snapshot === null) return;
      if (snapshot.format !== SNAPSHOT_FORMAT) throw new Error(`snapshot of format ${snapshot.format}`);
      accept(snapshot);
      this.#version = snapshot.version;
      count("bakedSnapshot");
    } catch (error) {
      count("bakedSnapshotUnusable");
      this.#say(`the snapshot baked in at deployment cannot be used: ${messageOf(error)}`);
    }
  }

  #say(message: string): void {
    this.#options.ports.warn({ level: "warn", source: "tulle", message });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
