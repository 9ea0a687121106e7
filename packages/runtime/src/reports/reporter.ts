/**
 * What happened, told to control in batches: at most one report a second, never awaited, each delivered at
 * most once by its number.
 *
 * Only one report is on its way at a time. One that failed is kept and sent again as it was, and what happens
 * meanwhile adds up in the edges, so an outage of control costs memory for one report and loses nothing but
 * the order of events. A report is due when something was booked; the timer for it need not fire in a frozen
 * environment, because the next invocation looks too.
 */
import type { BreakerEvent, DataPlaneReport } from "@tulle/core/telemetry";
import { drainEdge, type EdgeState } from "../data-plane/edges.ts";
import type { Ports } from "../data-plane/ports.ts";
import type { SendReport } from "../wire/control-client.ts";

export interface Reporter {
  /** Says that an edge has something to report. */
  touch(edge: EdgeState): void;
  event(event: BreakerEvent): void;
  count(counter: string, by?: number): void;
  /** A snapshot was swapped in: control wants to see who reads which. */
  version(snapshotVersion: number): void;
  /** Sends what is due. */
  flush(): void;
}

export interface ReporterOptions {
  readonly ports: Ports;
  readonly caller: string;
  readonly environmentId: string;
  /** Null where no control is configured. */
  readonly send: SendReport | null;
}

const INTERVAL_MS = 1000;
const MAX_EVENTS = 100;

export function createReporter(options: ReporterOptions): Reporter {
  return options.send === null ? silent : new BatchReporter(options, options.send);
}

class BatchReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #send: SendReport;
  #edges: EdgeState[] = [];
  #events: BreakerEvent[] = [];
  #counters: Record<string, number> = {};
  #sequence = 0;
  #version = 0;
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  /** Whether something was booked since the last report. */
  #due = false;
  /** The report that is on its way or has to go again. */
  #pending: DataPlaneReport | null = null;
  #sending = false;
  #timer: (() => void) | null = null;

  constructor(options: ReporterOptions, send: SendReport) {
    this.#options = options;
    this.#send = send;
  }

  touch(edge: EdgeState): void {
    if (edge.dirty) return;
    edge.dirty = true;
    this.#edges.push(edge);
    this.#schedule();
  }

  event(event: BreakerEvent): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push(event);
    else this.count("eventsDropped");
    this.#schedule();
  }

  count(counter: string, by = 1): void {
    this.#counters[counter] = (this.#counters[counter] ?? 0) + by;
    this.#schedule();
  }

  version(snapshotVersion: number): void {
    this.#version = snapshotVersion;
    this.#schedule();
  }

  flush(): void {
    if (!this.#due || this.#sending) return;
    const nowMs = this.#options.ports.clock();
    const sinceMs = nowMs - this.#flushedAtMs;
    // A clock that was set back must not silence the reports.
    if (sinceMs >= 0 && sinceMs < INTERVAL_MS) return;
    this.#flushedAtMs = nowMs;
    this.#timer?.();
    this.#timer = null;
    this.#pending ??= this.#take();
    this.#sending = true;
    void this.#send(this.#pending).then(
      () => this.#sent(true),
      () => this.#sent(false),
    );
  }

  #sent(arrived: boolean): void {
    this.#sending = false;
    const told = this.#pending?.snapshotVersion;
    if (arrived) this.#pending = null;
    else this.count("reportsDelayed");
    if (this.#pending !== null || this.#version !== told || this.#edges.length > 0) this.#schedule();
  }

  #take(): DataPlaneReport {
    const report: DataPlaneReport = {
      format: 1,
      caller: this.#options.caller,
      environmentId: this.#options.environmentId,
      sequence: ++this.#sequence,
      snapshotVersion: this.#version,
      edges: this.#edges.map(drainEdge),
      events: this.#events,
      counters: this.#counters,
    };
    this.#edges = [];
    this.#events = [];
    this.#counters = {};
    this.#due = false;
    return report;
  }

  #schedule(): void {
    if (this.#due) return;
    this.#due = true;
    this.#setTimer();
  }

  #setTimer(): void {
    this.#timer ??= this.#options.ports.later(INTERVAL_MS, () => {
      this.#timer = null;
      this.flush();
      if (this.#due && !this.#sending) this.#setTimer();
    });
  }
}

const silent: Reporter = {
  touch: () => {},
  event: () => {},
  count: () => {},
  version: () => {},
  flush: () => {},
};
