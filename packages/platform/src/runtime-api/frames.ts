/**
 * Frames of the private channel between the platform and its own runtime clients.
 *
 * A function whose runtime client is ours is started with a socket pair that only the two of them hold. Over
 * it they say what the Runtime API says, without HTTP: half the cost of an invocation was request heads that
 * are the same every time, and TCP. Every other client finds the Runtime API at its address as ever.
 *
 * A frame is the length of its head and of its body (32 bits each, little-endian), the head in UTF-8, the
 * body. Heads of the platform: `taken`, or JSON (`ChannelInvocation`, or the assignment of a spare). Heads of
 * the client: `next`, and `response`, `error TYPE` and `fatal TYPE` with a document as the body. A response
 * and an error ask for the next invocation too; only `fatal` is answered, by `taken`.
 *
 * Nothing here may import a package: the runtime client is bundled with it.
 */
export const PREFIX_BYTES = 8;

/** Descriptor of the channel in the function's process. */
export const CHANNEL_DESCRIPTOR = 3;

/** What the head of an invocation says; the body is the event. */
export interface ChannelInvocation {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  readonly traceId: string | null;
  /** Decoded JSON. */
  readonly clientContext: string | null;
  /** Newest snapshot version the platform has heard of. */
  readonly epoch: number | null;
}

/** One buffer, so that a frame leaves in one system call. */
export function encodeFrame(head: string, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + head.length * 3 + body.length);
  const headBytes = frame.write(head, PREFIX_BYTES);
  frame.writeUInt32LE(headBytes, 0);
  frame.writeUInt32LE(body.length, 4);
  const bodyAt = PREFIX_BYTES + headBytes;
  frame.set(body, bodyAt);
  return frame.subarray(0, bodyAt + body.length);
}

export interface FrameLimits {
  /** A longer head is no frame. */
  readonly maxHeadBytes: number;
  /** A longer body is counted to its end and dropped: `take` gets null for it. */
  readonly maxBodyBytes: number;
}

export interface FrameReader {
  /** False, from then on always, where the bytes are no frames. */
  push(chunk: Buffer): boolean;
}

/** Cuts a stream of bytes into frames. `take` gets views into what was pushed, good until it returns. */
export function createFrameReader(
  limits: FrameLimits,
  take: (head: string, body: Buffer | null) => void,
): FrameReader {
  return new Reader(limits, take);
}

class Reader implements FrameReader {
  readonly #limits: FrameLimits;
  readonly #take: (head: string, body: Buffer | null) => void;
  /** The beginning of a frame, in pieces as they came. */
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes that complete the frame, or tell more about it. */
  #wantedBytes = PREFIX_BYTES;
  /** What is left of a body that is dropped. */
  #droppingBytes = 0;
  #broken = false;

  constructor(limits: FrameLimits, take: (head: string, body: Buffer | null) => void) {
    this.#limits = limits;
    this.#take = take;
  }

  push(chunk: Buffer): boolean {
    let data = chunk;
    while (data.length > 0 && !this.#broken) {
      if (this.#droppingBytes > 0) data = this.#drop(data);
      else if (this.#heldBytes + data.length < this.#wantedBytes) {
        // A copy: what is pushed may be the reader's own buffer, used again for the next read.
        this.#pieces.push(Buffer.from(data));
        this.#heldBytes += data.length;
        break;
      } else data = this.#read(this.#heldBytes === 0 ? data : this.#joined(data));
    }
    return !this.#broken;
  }

  /** Reads one frame from bytes that begin with it; gives back what follows it. */
  #read(data: Buffer): Buffer {
    const headBytes = data.readUInt32LE(0);
    const bodyBytes = data.readUInt32LE(4);
    const bodyAt = PREFIX_BYTES + headBytes;
    if (headBytes === 0 || headBytes > this.#limits.maxHeadBytes) {
      this.#broken = true;
      return data;
    }
    const tooLarge = bodyBytes > this.#limits.maxBodyBytes;
    const wantedBytes = tooLarge ? bodyAt : bodyAt + bodyBytes;
    if (data.length < wantedBytes) {
      this.#wantedBytes = wantedBytes;
      return data;
    }
    this.#wantedBytes = PREFIX_BYTES;
    const head = data.toString("utf8", PREFIX_BYTES, bodyAt);
    if (tooLarge) this.#droppingBytes = bodyBytes;
    this.#take(head, tooLarge ? null : data.subarray(bodyAt, wantedBytes));
    return data.subarray(wantedBytes);
  }

  #joined(data: Buffer): Buffer {
    const joined = Buffer.concat([...this.#pieces, data]);
    this.#pieces = [];
    this.#heldBytes = 0;
    return joined;
  }

  #drop(data: Buffer): Buffer {
    const dropped = Math.min(this.#droppingBytes, data.length);
    this.#droppingBytes -= dropped;
    return data.subarray(dropped);
  }
}
