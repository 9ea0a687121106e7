import type { ClientRequest } from "node:http";

/**
 * Looks at a body before it is sent, null for one that is piped in; gives back another body, or null to send
 * it as it is.
 */
export type InspectBody = (body: Uint8Array | null) => string | null;

type End = (chunk?: unknown, encoding?: unknown, done?: unknown) => unknown;

/**
 * Holds back what is written to a request until it may be inspected, then lets the request be itself again.
 *
 * @param ready what has to happen first; null lets everything go at the first write.
 */
export function holdBody(request: ClientRequest, ready: Promise<void> | null, inspect: InspectBody): void {
  const held: (() => void)[] = [];
  const release = (): void => {
    Reflect.deleteProperty(request, "write");
    Reflect.deleteProperty(request, "end");
  };
  const whenReady = (run: () => void): void => {
    if (ready === null) run();
    else
      void ready.then(() => {
        if (!request.destroyed) run();
      });
  };

  const end: End = (chunk, ...rest) => {
    if (held.length > 0) {
      held.push(() => (request.end as End)(chunk, ...rest));
      return request;
    }
    whenReady(() => {
      release();
      (request.end as End)(inspect(bytesOf(chunk)) ?? chunk, ...rest);
    });
    return request;
  };
  const write = (...chunk: unknown[]): boolean => {
    if (held.length === 0) {
      whenReady(() => {
        release();
        inspect(null);
        for (const operation of held) operation();
        if (ready !== null) request.emit("drain");
      });
    }
    const send = request.write as (...chunk: unknown[]) => boolean;
    // Nothing had to be waited for: the request has its own methods again.
    if (send !== write) return send.apply(request, chunk);
    held.push(() => (request.write as typeof send)(...chunk));
    return false;
  };
  Object.assign(request, { end, write });
}

function bytesOf(chunk: unknown): Uint8Array | null {
  if (typeof chunk === "string") return Buffer.from(chunk);
  return chunk instanceof Uint8Array ? chunk : null;
}
