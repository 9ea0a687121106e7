import { TulleError } from "@tulle/core/errors";
import type { NewRecord, StoredRecord } from "@tulle/core/store";

/** An accepted asynchronous invocation and how it lies in the store. */
export interface QueuedEvent {
  /** The same over all attempts. */
  readonly requestId: string;
  readonly functionName: string;
  /** As the caller gave it: a version, an alias, or null. Resolved at each attempt, so an update takes effect. */
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

/** Events in the order in which they were accepted. */
export function eventSort(event: Pick<QueuedEvent, "acceptedAtMs" | "requestId">): string {
  return `${String(event.acceptedAtMs).padStart(15, "0")}#${event.requestId}`;
}

export function encodeEvent(event: QueuedEvent): NewRecord {
  const { qualifier, ...rest } = event;
  return {
    partition: eventsPartition,
    sort: eventSort(event),
    fields: { format: 1, ...rest, ...(qualifier === null ? {} : { qualifier }) },
  };
}

/** Throws TULLE3004 for a record that is not an event of this format. */
export function decodeEvent(stored: StoredRecord): QueuedEvent {
  const { fields } = stored;
  if (Number(fields["format"]) !== 1) {
    throw new TulleError("TULLE3004", `The store's record ${stored.partition}/${stored.sort} is no event.`, {
      context: { partition: stored.partition, sort: stored.sort },
    });
  }
  return {
    requestId: String(fields["requestId"]),
    functionName: String(fields["functionName"]),
    qualifier: fields["qualifier"] === undefined ? null : String(fields["qualifier"]),
    caller: String(fields["caller"]),
    payload: String(fields["payload"]),
    traceId: String(fields["traceId"]),
    acceptedAtMs: Number(fields["acceptedAtMs"]),
    failures: Number(fields["failures"]),
    throttles: Number(fields["throttles"]),
    dueAtMs: Number(fields["dueAtMs"]),
  };
}
