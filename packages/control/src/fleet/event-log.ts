import type { Store } from "@tulle/core/store";
import type { ControlEvent } from "../api/answers.ts";

/**
 * The newest events in order, each under a number that only grows.
 *
 * Events live in memory, but their numbers must not start again after a restart, or whoever asks for what
 * came after number N would hear nothing. So every start takes the next block of a billion numbers from a
 * counter in the store, which costs one write a start and none an event.
 */
export interface EventLog {
  append(event: NewEvent): void;
  /** Events with a higher number than the one given, oldest first. */
  after(sequence: number): readonly ControlEvent[];
}

/** An event that has no number yet. */
export type NewEvent = ControlEvent extends infer E
  ? E extends ControlEvent
    ? Omit<E, "sequence">
    : never
  : never;

export const KEPT_EVENTS = 10_000;
const BLOCK = 1_000_000_000;

export async function openEventLog(store: Store): Promise<EventLog> {
  const block = await store.update({ partition: "control", sort: "events", add: { blocks: 1 } });
  let sequence = block.ok ? (Number(block.record.fields["blocks"]) - 1) * BLOCK : 0;
  let events: ControlEvent[] = [];

  return {
    append(event) {
      sequence += 1;
      events.push({ ...event, sequence } as ControlEvent);
      if (events.length >= 2 * KEPT_EVENTS) events = events.slice(-KEPT_EVENTS);
    },
    after(last) {
      const kept = events.slice(-KEPT_EVENTS);
      const first = kept[0]?.sequence ?? 0;
      return last < first ? kept : kept.slice(last - first + 1);
    },
  };
}
