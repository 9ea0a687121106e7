/**
 * The head of one HTTP/1.1 request as text, checked and taken apart. Strict: what it does not know, it
 * refuses.
 */
export interface RequestHead {
  readonly method: string;
  /** As sent: percent-encoded, with its query. */
  readonly path: string;
  /** Names in lower case; values of a repeated header joined by a comma alone, as signatures want them. */
  readonly headers: ReadonlyMap<string, string>;
  readonly framing: BodyFraming;
  /** Whether the client keeps the connection open after the answer. */
  readonly keepAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** How the end of the body is known. */
export type BodyFraming =
  | { readonly kind: "sized"; readonly lengthBytes: number }
  | { readonly kind: "chunked" };

/** Why a request was refused: the status of the answer after which the connection closes. */
export interface ParseFailure {
  readonly kind: "failure";
  readonly status: 400 | 413 | 417 | 431 | 505;
  readonly reason: string;
}

const METHOD = /^[A-Z]{1,16}$/;
const TARGET = /^\/[\x21-\x7e]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** All lines at once: no character that a header line may not hold, and no line end but CRLF. */
const LINES = /^(?:[\t\x20-\x7e\x80-\xff]+\r\n)*[\t\x20-\x7e\x80-\xff]+$/;
const LENGTH = /^\d{1,15}$/;
const ONCE: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "host", "expect"]);

/** Reads a head without its final empty line; `text` is latin1, one character a byte. */
export function parseHead(text: string): RequestHead | ParseFailure {
  const lineEnd = text.indexOf("\r\n");
  const line = parseRequestLine(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (line.kind === "failure") return line;
  const headers = lineEnd < 0 ? new Map<string, string>() : parseFields(text, lineEnd + 2);
  if (headers === null) return failure(400, "malformed header line");
  if (line.minor === 1 && !headers.has("host")) return failure(400, "no Host header");
  const framing = framingOf(headers);
  if (framing.kind === "failure") return framing;
  const expect = headers.get("expect");
  if (expect !== undefined && expect.toLowerCase() !== "100-continue") return failure(417, "unknown Expect");
  const connection = headers.get("connection")?.toLowerCase();
  return {
    method: line.method,
    path: line.path,
    headers,
    framing,
    keepAlive: line.minor === 1 ? connection !== "close" : connection === "keep-alive",
    expectsContinue: expect !== undefined,
  };
}

interface RequestLine {
  readonly kind: "line";
  readonly method: string;
  readonly path: string;
  readonly minor: 0 | 1;
}

/** Good lines as they were read before: clients repeat themselves. The number kept is bounded. */
const knownLines = new Map<string, RequestLine>();
const KEPT_LINES = 1024;
const KEPT_LINE_CHARACTERS = 1024;

/** Checks the first line alone, so that garbage is refused before a whole head has arrived. */
export function parseRequestLine(text: string): RequestLine | ParseFailure {
  const known = knownLines.get(text);
  if (known !== undefined) return known;
  const line = readRequestLine(text);
  if (line.kind === "line" && text.length <= KEPT_LINE_CHARACTERS) {
    if (knownLines.size >= KEPT_LINES) knownLines.clear();
    knownLines.set(text, line);
  }
  return line;
}

function readRequestLine(line: string): RequestLine | ParseFailure {
  const parts = line.split(" ");
  const [method = "", path = "", version = ""] = parts;
  if (parts.length !== 3 || !METHOD.test(method) || !TARGET.test(path)) {
    return failure(400, "malformed request line");
  }
  if (version === "HTTP/1.1") return { kind: "line", method, path, minor: 1 };
  if (version === "HTTP/1.0") return { kind: "line", method, path, minor: 0 };
  return /^HTTP\/\d\.\d$/.test(version)
    ? failure(505, "HTTP version not supported")
    : failure(400, "malformed request line");
}

/**
 * Header or trailer lines from an index on; null where one is malformed or a header that decides the framing
 * stands twice.
 */
export function parseFields(text: string, from = 0): Map<string, string> | null {
  const lines = from === 0 ? text : text.slice(from);
  if (!LINES.test(lines)) return null;
  const fields = new Map<string, string>();
  for (let at = 0; at < lines.length; ) {
    const found = lines.indexOf("\r\n", at);
    const end = found < 0 ? lines.length : found;
    const colon = lines.indexOf(":", at);
    if (colon <= at || colon >= end) return null;
    const name = nameOf(lines.slice(at, colon));
    if (name === null) return null;
    const value = trimmed(lines, colon + 1, end);
    const before = fields.get(name);
    if (before !== undefined && ONCE.has(name)) return null;
    fields.set(name, before === undefined ? value : `${before},${value}`);
    at = end + 2;
  }
  return fields;
}

/** Good names as they were sent, to the form that is asked for. The number kept is bounded. */
const knownNames = new Map<string, string>();
const KEPT_NAMES = 512;
const KEPT_NAME_CHARACTERS = 64;

/** A header's name in lower case; null where it is none. */
function nameOf(sent: string): string | null {
  const known = knownNames.get(sent);
  if (known !== undefined) return known;
  if (!NAME.test(sent)) return null;
  const name = sent.toLowerCase();
  if (sent.length <= KEPT_NAME_CHARACTERS) {
    if (knownNames.size >= KEPT_NAMES) knownNames.clear();
    knownNames.set(sent, name);
  }
  return name;
}

export function failure(status: ParseFailure["status"], reason: string): ParseFailure {
  return { kind: "failure", status, reason };
}

function framingOf(headers: ReadonlyMap<string, string>): BodyFraming | ParseFailure {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding !== undefined) {
    if (length !== undefined) return failure(400, "both Content-Length and Transfer-Encoding");
    if (encoding.toLowerCase() !== "chunked") return failure(400, "unknown Transfer-Encoding");
    return { kind: "chunked" };
  }
  if (length === undefined) return { kind: "sized", lengthBytes: 0 };
  if (!LENGTH.test(length)) return failure(400, "malformed Content-Length");
  return { kind: "sized", lengthBytes: Number(length) };
}

/** Without optional white space, which is that of the grammar only: `String.trim` would take more. */
function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
