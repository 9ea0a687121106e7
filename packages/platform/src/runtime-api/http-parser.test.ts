import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRequestParser, type ParsedRequest, type ParserLimits } from "./http-parser.ts";

const LIMITS: ParserLimits = { maxHeadBytes: 512, maxBodyBytes: 64, maxDiscardBytes: 256 };

describe("the request parser", () => {
  it("gives the same requests however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(messages(), { maxLength: 5 }), fc.array(fc.nat(40)), (parts, cuts) => {
        const bytes = Buffer.concat(parts);
        expect(parse(split(bytes, cuts))).toEqual(parse([bytes]));
      }),
      { numRuns: 100 },
    );
  });

  it("never throws, whatever arrives, and says the same however it is cut", () => {
    fc.assert(
      fc.property(garbage(), fc.array(fc.nat(20)), (bytes, cuts) => {
        expect(parse(split(bytes, cuts))).toEqual(parse([bytes]));
      }),
      { numRuns: 300 },
    );
  });

  it("reads back every well-formed request", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.boolean(),
        fc.array(fc.nat(9)),
        (body, chunked, cuts) => {
          const { requests, failure } = parse(split(chunked ? chunkedPost(body, cuts) : post(body), cuts));
          expect(failure).toBe(null);
          expect(requests.map((one) => [one.path, one.body])).toEqual([
            ["/p", Buffer.from(body).toString("hex")],
          ]);
        },
      ),
    );
  });

  it("keeps two requests of one packet apart", () => {
    const { requests } = parse([
      Buffer.concat([post([1, 2]), text("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")]),
    ]);
    expect(requests.map((one) => one.path)).toEqual(["/p", "/next"]);
  });

  it.each([
    ["a request line of two tokens", "GET /\r\n\r\n", 400],
    ["a control character in the target", "GET /\u0001 HTTP/1.1\r\n\r\n", 400],
    ["the start of a TLS handshake", "\u0016\u0003\u0001\u0002", 400],
    ["another HTTP version", "GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505],
    ["no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400],
    ["a folded header", "GET / HTTP/1.1\r\nHost: h\r\n more\r\n\r\n", 400],
    ["a bare line feed", "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", 400],
    ["white space before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400],
    ["two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400],
    ["a length and chunks", chunkedHead("Content-Length: 3\r\n"), 400],
    ["a negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400],
    ["another transfer encoding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400],
    ["a chunk size that is no number", `${chunkedHead()}zz\r\n`, 400],
    ["a chunk without its end", `${chunkedHead()}1\r\nabc`, 400],
    ["an unknown expectation", "POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", 417],
    ["a head over the limit", `GET / HTTP/1.1\r\nHost: ${"h".repeat(600)}\r\n\r\n`, 431],
    ["a head that never ends", `GET /${"a".repeat(600)}`, 431],
    ["a length over the bound", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 257\r\n\r\n", 413],
    ["chunks over the bound", `${chunkedHead()}101\r\n`, 413],
  ])("refuses %s", (_, bytes, status) => {
    expect(parse([text(bytes)]).failure?.status).toBe(status);
  });

  it("takes nothing more after a failure", () => {
    const parser = createRequestParser(LIMITS);
    parser.push(text("nonsense\r\n"));
    const after = parser.push(text("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    expect(after.requests).toEqual([]);
    expect(after.failure?.status).toBe(400);
  });

  it("counts a body over the limit to its end, drops it and stays in step", () => {
    const { requests } = parse([post(new Uint8Array(65)), text("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")]);
    expect(requests.map((one) => [one.path, one.tooLarge, one.body])).toEqual([
      ["/p", true, ""],
      ["/next", false, ""],
    ]);
  });

  it("hands over the trailers of a chunked body", () => {
    const { requests } = parse([text(`${chunkedHead()}2;x=y\r\nhi\r\n0\r\nError-Type: Bad\r\nB: c\r\n\r\n`)]);
    expect(requests[0]?.trailers).toEqual([
      ["error-type", "Bad"],
      ["b", "c"],
    ]);
  });

  it("says when a client waits for 100 Continue", () => {
    const parser = createRequestParser(LIMITS);
    const head = "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    expect(parser.push(text(head))).toMatchObject({ continueDue: true, requests: [] });
    expect(parser.push(text("hi")).requests).toHaveLength(1);
  });

  it("joins repeated headers and knows who closes", () => {
    const parser = createRequestParser(LIMITS);
    const [request] = parser.push(
      text("GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\na: 2\r\nConnection: close\r\n\r\n"),
    ).requests;
    expect(request?.head.headers.get("a")).toBe("1,2");
    expect(request?.head.keepAlive).toBe(false);
  });
});

interface Seen {
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly tooLarge: boolean;
  readonly trailers: readonly (readonly [string, string])[];
}

function parse(chunks: readonly Buffer[]): { requests: Seen[]; failure: { status: number } | null } {
  const parser = createRequestParser(LIMITS);
  const requests: Seen[] = [];
  let failure: { status: number } | null = null;
  for (const chunk of chunks) {
    const result = parser.push(chunk);
    if (failure === null) requests.push(...result.requests.map(seen));
    failure = result.failure;
  }
  return { requests, failure };
}

function seen(request: ParsedRequest): Seen {
  return {
    path: request.head.path,
    headers: [...request.head.headers],
    body: request.body.toString("hex"),
    tooLarge: request.tooLarge,
    trailers: [...request.trailers],
  };
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const cut of cuts) {
    chunks.push(bytes.subarray(at, at + cut));
    at += cut;
  }
  return [...chunks, bytes.subarray(at)];
}

function text(value: string): Buffer {
  return Buffer.from(value, "latin1");
}

function post(body: ArrayLike<number>): Buffer {
  const head = `POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([text(head), Buffer.from(body)]);
}

function chunkedHead(more = ""): string {
  return `POST /p HTTP/1.1\r\nHost: h\r\n${more}Transfer-Encoding: chunked\r\n\r\n`;
}

function chunkedPost(body: Uint8Array, cuts: readonly number[]): Buffer {
  const chunks = split(Buffer.from(body), cuts).filter((chunk) => chunk.length > 0);
  const encoded = chunks.flatMap((chunk) => [text(`${chunk.length.toString(16)}\r\n`), chunk, text("\r\n")]);
  return Buffer.concat([text(chunkedHead()), ...encoded, text("0\r\n\r\n")]);
}

/** Good requests, and now and then a bad one. */
function messages(): fc.Arbitrary<Buffer> {
  const bodies = fc.uint8Array({ maxLength: 100 });
  return fc.oneof(
    { weight: 4, arbitrary: bodies.map((body) => post(body)) },
    { weight: 4, arbitrary: bodies.map((body) => chunkedPost(body, [3, 10])) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }).map((one) => Buffer.from(one)) },
  );
}

/** Bytes that look enough like HTTP to get past the first check. */
function garbage(): fc.Arbitrary<Buffer> {
  const pieces = fc.oneof(
    fc.constantFrom("GET ", "POST ", "/ ", "HTTP/1.1", "\r\n", "\r\n\r\n", "Host: h\r\n", "Content-Length: "),
    fc.constantFrom(
      "Transfer-Encoding: chunked\r\n",
      "5",
      "0\r\n",
      ":",
      "A: b\r\n",
      "\n",
      "\0",
      "a".repeat(300),
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  return fc.array(pieces, { maxLength: 24 }).map((parts) => Buffer.from(parts.join(""), "latin1"));
}
