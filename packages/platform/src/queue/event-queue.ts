import type { Store } from "@tulle/core/store";
import {
  decodeEvent,
  encodeEvent,
  encodePayload,
  eventSort,
  eventsPartition,
  payloadsPartition,
  type QueuedEvent,
} from "./event.ts";
import { type AttemptOutcome, nextStep, type RetryPolicy, type SettledCondition } from "./retry-schedule.ts";

/**
 * Asynchronous invocations, at least once.
 *
 * An event is in the store before it is acknowledged and leaves it when it is settled, so a killed process
 * loses none: the next start reads them all and an attempt that was under way is made again. Between attempts
 * an event waits in memory with one timer for the earliest. A function has a bounded number of attempts under
 * way, so a burst of events for one neither starves the others nor takes every process.
 */
export interface EventQueueOptions {
  readonly store: Store;
  readonly policy: RetryPolicy;
  readonly nowMs: () => number;
  /** Runs `wake` after `ms`; the returned function cancels. */
  readonly timer: (ms: number, wake: () => void) => () => void;
  /** Makes one attempt; never rejects. */
  readonly attempt: (event: QueuedEvent) => Promise<AttemptOutcome>;
  /** Most attempts under way for one function. */
  readonly attemptsPerFunction: number;
  /** Where results go: the seam for destinations and dead-letter queues. */
  readonly onSettled?: (event: QueuedEvent, condition: SettledCondition) => void;
  /** A store that refuses a write: the event stays where it is and is tried again after the next start. */
  readonly onTrouble?: (event: QueuedEvent, cause: unknown) => void;
}

export class EventQueue {
  readonly #options: EventQueueOptions;
  /** Events that are due, by function, in the order in which they became so. */
  readonly #due = new Map<string, Set<QueuedEvent>>();
  /** Events that wait for their time, latest first. */
  readonly #later: QueuedEvent[] = [];
  readonly #underWay = new Map<string, number>();
  readonly #attempts = new Set<Promise<void>>();
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** Reads what an earlier process accepted and did not settle, and starts on it. */
  async load(): Promise<void> {
    const { store } = this.#options;
    const pieces = new Map<string, string>();
    for (const { sort, fields } of await store.query(payloadsPartition, "")) {
      pieces.set(sort, String(fields["piece"]));
    }
    for (const record of await store.query(eventsPartition, "")) {
      const event = decodeEvent(record, pieces);
      for (const piece of encodePayload(event)) pieces.delete(piece.sort);
      this.#enqueue(event);
    }
    // What is left was written for events that were never acknowledged, or are settled.
    for (const sort of pieces.keys()) await store.delete({ partition: payloadsPartition, sort });
    this.#pump();
  }

  /** Takes an event. Resolves when it is stored, which is when it may be acknowledged. */
  async accept(event: QueuedEvent): Promise<void> {
    const { store } = this.#options;
    for (const piece of encodePayload(event)) await store.put(piece);
    await store.put(encodeEvent(event));
    if (this.#closed) return;
    this.#enqueue(event);
    this.#pump();
  }

  /** Events that are waiting or being tried. */
  size(): number {
    let size = this.#later.length;
    for (const events of this.#due.values()) size += events.size;
    for (const count of this.#underWay.values()) size += count;
    return size;
  }

  /**
   * Starts nothing more and resolves when the attempts under way have ended. What waits stays in the store.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    await Promise.all(this.#attempts);
  }

  #enqueue(event: QueuedEvent): void {
    if (event.dueAtMs > this.#options.nowMs()) {
      const at = this.#later.findLastIndex((other) => other.dueAtMs >= event.dueAtMs);
      this.#later.splice(at + 1, 0, event);
      return;
    }
    const events = this.#due.get(event.functionName);
    if (events === undefined) this.#due.set(event.functionName, new Set([event]));
    else events.add(event);
  }

  /** Starts every attempt that is due and has room, and sets the timer for the next that is not due. */
  #pump(): void {
    if (this.#closed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const nowMs = this.#options.nowMs();
    for (let next = this.#later.at(-1); next !== undefined && next.dueAtMs <= nowMs; ) {
      this.#enqueue(this.#later.pop() ?? next);
      next = this.#later.at(-1);
    }
    for (const [functionName, events] of this.#due) this.#startDue(functionName, events);
    const next = this.#later.at(-1);
    if (next === undefined) return;
    this.#cancelTimer = this.#options.timer(next.dueAtMs - nowMs, () => this.#pump());
  }

  #startDue(functionName: string, events: Set<QueuedEvent>): void {
    let room = this.#options.attemptsPerFunction - (this.#underWay.get(functionName) ?? 0);
    for (const event of events) {
      if (room-- <= 0) return;
      events.delete(event);
      this.#begin(event);
    }
    if (events.size === 0) this.#due.delete(functionName);
  }

  #begin(event: QueuedEvent): void {
    const { functionName } = event;
    this.#underWay.set(functionName, (this.#underWay.get(functionName) ?? 0) + 1);
    const attempt = this.#run(event)
      .catch((cause) => this.#options.onTrouble?.(event, cause))
      .finally(() => {
        this.#attempts.delete(attempt);
        const running = (this.#underWay.get(functionName) ?? 1) - 1;
        if (running === 0) this.#underWay.delete(functionName);
        else this.#underWay.set(functionName, running);
        this.#pump();
      });
    this.#attempts.add(attempt);
  }

  async #run(event: QueuedEvent): Promise<void> {
    const { store, policy, nowMs } = this.#options;
    const outcome = await this.#options.attempt(event);
    const step = nextStep(event, outcome, { nowMs: nowMs(), policy });
    if (step.kind === "settled") {
      await store.delete({ partition: eventsPartition, sort: eventSort(event) });
      for (const { partition, sort } of encodePayload(event)) await store.delete({ partition, sort });
      this.#options.onSettled?.(event, step.condition);
      return;
    }
    await store.put(encodeEvent(step.event));
    this.#enqueue(step.event);
  }
}
