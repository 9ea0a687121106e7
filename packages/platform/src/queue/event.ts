import { TulleError } from "@tulle/core/errors";
import type { NewRecord, StoredRecord } from "@tulle/core/store";

/** An accepted asynchronous invocation and how it lies in the store. */
export interface QueuedEvent {
  /** The same over all attempts. */
  readonly requestId: string;
  readonly functionName: string;
  /**
   * As the caller gave it: a version, an alias, or null. Resolved at each attempt, so an update takes effect.
   */
  readonly qualifier: string | null;
  readonly caller: string;
  /** JSON text. */
  readonly payload: string;
  readonly traceId: string;
  readonly acceptedAtMs: number;
  /** Attempts that ran and failed. */
  readonly failures: number;
  /** Attempts that a limit turned away. */
  readonly throttles: number;
  /** Not to be tried before. */
  readonly dueAtMs: number;
}

export const eventsPartition: string = "platform:events";
export const payloadsPartition: string = "platform:event-payloads";

/**
 * Most UTF-16 units of payload in one record. A record holds 400 KiB and an event 1 MiB, so a long payload is
 * cut; a unit is at most three bytes of UTF-8.
 */
const unitsPerRecord = 100_000;

/** Events in the order in which they were accepted. */
export function eventSort(event: Pick<QueuedEvent, "acceptedAtMs" | "requestId">): string {
  return `${String(event.acceptedAtMs).padStart(15, "0")}#${event.requestId}`;
}

/** The event's record. A payload that is too long for it is in `encodePayload`'s records instead. */
export function encodeEvent(event: QueuedEvent): NewRecord {
  const { qualifier, payload, ...rest } = event;
  const pieces = payload.length <= unitsPerRecord ? 0 : cut(payload).length;
  return {
    partition: eventsPartition,
    sort: eventSort(event),
    fields: {
      format: 1,
      ...rest,
      pieces,
      ...(pieces === 0 ? { payload } : {}),
      ...(qualifier === null ? {} : { qualifier }),
    },
  };
}

/** Records of a long payload; they are written before the event's own and removed after it. */
export function encodePayload(event: QueuedEvent): readonly NewRecord[] {
  if (event.payload.length <= unitsPerRecord) return [];
  return cut(event.payload).map((piece, index) => ({
    partition: payloadsPartition,
    sort: pieceSort(event, index),
    fields: { piece },
  }));
}

function pieceSort(event: Pick<QueuedEvent, "acceptedAtMs" | "requestId">, index: number): string {
  return `${eventSort(event)}#${String(index).padStart(3, "0")}`;
}

/** Cuts a text, but never between the halves of a surrogate pair. */
function cut(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let stop = Math.min(text.length, start + unitsPerRecord);
    const last = text.charCodeAt(stop - 1);
    if (stop < text.length && last >= 0xd800 && last <= 0xdbff) stop--;
    pieces.push(text.slice(start, stop));
    start = stop;
  }
  return pieces;
}

/**
 * The event of a record, with the pieces of its payload by sort key.
 * Throws TULLE3004 for a record that is not an event of this format.
 */
export function decodeEvent(stored: StoredRecord, pieces: ReadonlyMap<string, string>): QueuedEvent {
  const { fields } = stored;
  const base = {
    requestId: String(fields["requestId"]),
    acceptedAtMs: Number(fields["acceptedAtMs"]),
  };
  const count = Number(fields["pieces"]);
  const found = Array.from({ length: count || 0 }, (_, index) => pieces.get(pieceSort(base, index)));
  if (Number(fields["format"]) !== 1 || Number.isNaN(count) || found.includes(undefined)) {
    throw new TulleError("TULLE3004", `The store's record ${stored.partition}/${stored.sort} is no event.`, {
      context: { partition: stored.partition, sort: stored.sort },
    });
  }
  return {
    ...base,
    functionName: String(fields["functionName"]),
    qualifier: fields["qualifier"] === undefined ? null : String(fields["qualifier"]),
    caller: String(fields["caller"]),
    payload: count === 0 ? String(fields["payload"]) : found.join(""),
    traceId: String(fields["traceId"]),
    failures: Number(fields["failures"]),
    throttles: Number(fields["throttles"]),
    dueAtMs: Number(fields["dueAtMs"]),
  };
}
