/**
 * A client of the Runtime API that sends bytes and keeps what comes back: for tests of the protocol's letter.
 */
import { connect, type Socket } from "node:net";

export interface RawClient {
  readonly received: () => string;
  readonly closed: () => boolean;
  send(text: string): void;
  /** Waits until what came back has this many answers' heads. */
  answers(count: number): Promise<readonly RawAnswer[]>;
  untilClosed(): Promise<void>;
  end(): void;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function connectRaw(address: string): Promise<RawClient> {
  const [host, port] = address.split(":");
  const socket = connect(Number(port), host);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let text = "";
  let closed = false;
  const waiting: (() => void)[] = [];
  const changed = (): void => {
    for (const look of waiting) look();
  };
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    changed();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
    changed();
  });
  return {
    received: () => text,
    closed: () => closed,
    send: (more) => void socket.write(more, "latin1"),
    answers: (count) => when(waiting, () => (parse(text).length >= count ? parse(text) : null)),
    untilClosed: () => when(waiting, () => (closed ? undefined : null)),
    end: () => destroy(socket),
  };
}

function when<T>(waiting: (() => void)[], look: () => T | null): Promise<T> {
  return new Promise((resolve) => {
    const check = (): void => {
      const found = look();
      if (found !== null) resolve(found);
    };
    waiting.push(check);
    check();
  });
}

function parse(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; ; ) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return answers;
    const [first = "", ...lines] = rest.slice(0, end).split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s) as [string, string]));
    const length = Number(headers["Content-Length"] ?? 0);
    if (rest.length < end + 4 + length) return answers;
    answers.push({
      status: Number(first.slice(9, 12)),
      headers,
      body: rest.slice(end + 4, end + 4 + length),
    });
    rest = rest.slice(end + 4 + length);
  }
}

function destroy(socket: Socket): void {
  socket.destroy();
}
