import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headerOf, type Progress, ResponseParser, type WireResponse } from "./response-parser.ts";

const MAX_BODY_BYTES = 200;

interface Read {
  readonly progress: Progress;
  readonly response: { readonly status: number; readonly headers: object; readonly body: string } | null;
  readonly reusable: boolean;
}

/** Reads one response from chunks, each of which is overwritten as soon as it was handed over. */
function read(chunks: readonly Uint8Array[], { isHead = false, ends = false } = {}): Read {
  const parser = new ResponseParser(isHead, MAX_BODY_BYTES);
  let progress: Progress = "more";
  for (const chunk of chunks) {
    if (progress !== "more") break;
    const shared = Buffer.from(chunk);
    progress = parser.push(shared);
    shared.fill(0x58);
  }
  if (ends && progress === "more") progress = parser.end();
  return {
    progress,
    response: progress === "whole" ? plain(parser.response()) : null,
    reusable: parser.reusable,
  };
}

function plain({ status, headers, body }: WireResponse): NonNullable<Read["response"]> {
  return { status, headers: { ...headers }, body: body.toString("latin1") };
}

function text(value: string): Buffer {
  return Buffer.from(value, "latin1");
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

function sized(body: Uint8Array, more = ""): Buffer {
  return Buffer.concat([text(`HTTP/1.1 200 OK\r\n${more}Content-Length: ${body.length}\r\n\r\n`), body]);
}

function chunked(body: Uint8Array, cuts: readonly number[], trailers = ""): Buffer {
  const parts = split(Buffer.from(body), cuts).filter((part) => part.length > 0);
  const encoded = parts.flatMap((part) => [text(`${part.length.toString(16)}\r\n`), part, text("\r\n")]);
  const head = text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  return Buffer.concat([head, ...encoded, text(`0\r\n${trailers}\r\n`)]);
}

const body = fc.uint8Array({ maxLength: MAX_BODY_BYTES });
const cuts = fc.array(fc.nat(40), { maxLength: 12 });
const interim = fc.constantFrom(
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n",
);

const wellFormed: fc.Arbitrary<{ readonly bytes: Buffer; readonly body: Uint8Array }> = fc
  .tuple(
    interim,
    body,
    fc.oneof(
      fc.constant(sized),
      cuts.map((sizes) => (bytes: Uint8Array) => chunked(bytes, sizes, "X-Sum: 1\r\n")),
      fc.constant((bytes: Uint8Array) => Buffer.concat([text("HTTP/1.0 200 OK\r\nA: b\r\n\r\n"), bytes])),
    ),
  )
  .map(([before, bytes, spell]) => ({ bytes: Buffer.concat([text(before), spell(bytes)]), body: bytes }));

/** Bytes that look enough like HTTP to get past the first check. */
const rubbish: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 ",
        "\r\n",
        "\r\n\r\n",
        "Content-Length: 5\r\n",
        "0\r\n",
      ),
      fc.constantFrom(
        "Transfer-Encoding: chunked\r\n",
        "\r\n\r\n5\r\nhello\r\n",
        ":",
        "A: b\r\n",
        "\n",
        "\0",
        "5",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => text(parts.join("")));

describe("the response parser", () => {
  it("gives the same answer however the bytes are cut", () => {
    fc.assert(
      fc.property(wellFormed, cuts, ({ bytes, body: expected }, sizes) => {
        const whole = read([bytes], { ends: true });
        expect(read(split(bytes, sizes), { ends: true })).toEqual(whole);
        expect(whole.progress).toBe("whole");
        expect(whole.response!.body).toBe(Buffer.from(expected).toString("latin1"));
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same answer byte by byte", () => {
    fc.assert(
      fc.property(wellFormed, ({ bytes }) => {
        const single = Array.from(bytes, (byte) => Buffer.from([byte]));
        expect(read(single, { ends: true })).toEqual(read([bytes], { ends: true }));
      }),
      { numRuns: 50 },
    );
  });

  it("never throws, whatever arrives, and says the same however it is cut", () => {
    fc.assert(
      fc.property(rubbish, cuts, fc.boolean(), (bytes, sizes, ends) => {
        const { progress, response } = read(split(bytes, sizes), { ends });
        const whole = read([bytes], { ends });
        expect({ progress, response }).toEqual({ progress: whole.progress, response: whole.response });
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["bytes of another protocol", "\u0016\u0003\u0001\u0002"],
    ["a request", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"],
    ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["a status above 599", "HTTP/1.1 600 Odd\r\n\r\n"],
    ["a control character in the reason", "HTTP/1.1 200 O\u0001K\r\n\r\n"],
    ["a bare line feed", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"],
    ["a bare carriage return", "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n"],
    ["a folded header", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"],
    ["white space before the colon", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n"],
    ["a line without a colon", "HTTP/1.1 200 OK\r\nabc\r\n\r\n"],
    ["a NUL in a value", "HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\nx"],
    ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
    ["a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx"],
    ["an empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n"],
    ["a length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["another transfer coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"],
    [
      "two transfer codings",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
    ],
    ["a change of protocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ["interim answers without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(9)],
    ["a chunk size that is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["a chunk longer than it says", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"],
    ["a malformed trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nabc\r\n\r\n"],
    ["a head over the bound", `HTTP/1.1 200 OK\r\nA: ${"a".repeat(40_000)}\r\n\r\n`],
    ["a head that never ends", `HTTP/1.1 200 OK\r\nA: ${"a".repeat(40_000)}`],
  ])("refuses %s", (_what, bytes) => {
    expect(read([text(bytes)]).progress).toBe("bad");
    expect(read(split(text(bytes), Array(2000).fill(20))).progress).toBe("bad");
  });

  it.each([
    ["a length over the bound", sized(new Uint8Array(MAX_BODY_BYTES + 1))],
    ["chunks over the bound", chunked(new Uint8Array(MAX_BODY_BYTES + 1), [100])],
    [
      "an answer without length over the bound",
      text(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(MAX_BODY_BYTES + 1)}`),
    ],
  ])("does not take %s", (_what, bytes) => {
    expect(read([bytes]).progress).toBe("oversized");
  });

  it.each([
    ["204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false],
    ["304", "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", false],
    ["the answer to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", true],
    ["chunks in the answer to HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true],
  ])("expects no body after %s", (_what, bytes, isHead) => {
    expect(read([text(bytes)], { isHead })).toMatchObject({
      progress: "whole",
      response: { body: "" },
      reusable: true,
    });
  });

  it.each([
    ["the server closes", text("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")],
    ["the server is of version 1.0", text("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")],
    ["bytes follow that nobody asked for", Buffer.concat([sized(text("a")), text("HTTP/1.1 200 OK\r\n")])],
  ])("does not let a connection be used again when %s", (_what, bytes) => {
    expect(read([bytes])).toMatchObject({ progress: "whole", reusable: false });
  });

  it("lets a connection be used again, also of version 1.0 where the server says so", () => {
    expect(read([sized(text("a"))]).reusable).toBe(true);
    const old = text("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n");
    expect(read([old]).reusable).toBe(true);
  });

  it("takes the end of the connection for the end of an answer only where nothing else says it", () => {
    expect(read([text("HTTP/1.1 200 OK\r\n\r\nall")], { ends: true })).toMatchObject({
      progress: "whole",
      response: { body: "all" },
      reusable: false,
    });
    for (const bytes of ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"])
      expect(read([text(bytes)], { ends: true }).progress).toBe("bad");
  });

  it("joins repeated headers, lists cookies, and drops the white space around values", () => {
    const head =
      "HTTP/1.1 200\r\nA: 1 \r\na:\t2\r\nSet-Cookie: x=1\r\nset-cookie: y=2\r\nE:\r\nconstructor: c\r\n" +
      "Content-Length: 0\r\n\r\n";
    expect(read([text(head)]).response!.headers).toEqual({
      a: "1, 2",
      "set-cookie": ["x=1", "y=2"],
      e: "",
      constructor: "c",
      "content-length": "0",
    });
  });

  it("finds one header as it finds them all", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9-]{1,8}$/);
    const value = fc.stringMatching(/^[!-~]{0,8}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(token, value), { selector: ([name]) => name.toLowerCase() }),
        (fields) => {
          const ours = fields.filter(
            ([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name),
          );
          const parser = new ResponseParser(false, 10);
          parser.push(sized(text(""), ours.map(([name, one]) => `${name}: ${one}\r\n`).join("")));
          const response = parser.response();
          for (const name of [...ours.map(([one]) => one.toLowerCase()), "absent"])
            expect(headerOf(response, name)).toBe(response.headers[name]);
        },
      ),
    );
  });
});
