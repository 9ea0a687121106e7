/**
 * The head of one HTTP/1.1 response.
 *
 * Checked as a whole in one pass, and refused where anything in it is malformed or ambiguous, because two
 * readers that disagree about where an answer ends would mix up answers. Taken apart where somebody asks: a
 * call looks at four of its dozen headers.
 */

/** Names in lower case; a repeated header is joined by `, `, but `set-cookie` is always a list. */
export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Length of the body, or how its end is found. */
export type Framing = number | "chunked" | "untilClose";

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const FIELD = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\0-\x08\n-\x1f\x7f]*/;
const STATUS = /HTTP\/1\.[01] [1-5]\d\d(?: [^\0-\x08\n-\x1f\x7f]*)?/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const HEAD = new RegExp(`^${STATUS.source}(?:\\r\\n${FIELD.source})*$`);
const LINE = new RegExp(`^${FIELD.source}$`);
const LENGTH = /^\d{1,15}$/;

/** Whether a line may be a header or a trailer. */
export function isField(line: string): boolean {
  return LINE.test(line);
}

/** `text` is latin1, one character a byte, without the final empty line. Null for a head that is refused. */
export function parseResponseHead(text: string, isHead: boolean): ResponseHead | null {
  if (!HEAD.test(text)) return null;
  const head = new ResponseHead(text);
  const { status } = head;
  const framing = framingOf(head, isHead || status < 200 || status === 204 || status === 304);
  if (framing === null) return null;
  head.framing = framing;
  return head;
}

export class ResponseHead {
  readonly status: number;
  framing: Framing = 0;
  readonly #text: string;
  /** Of the same length: latin1 has no letter whose lower case is longer. */
  readonly #lower: string;
  #headers: WireHeaders | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#lower = text.toLowerCase();
    this.status = Number(text.slice(9, 12));
  }

  /** Whether the server says that it keeps the connection open after this answer. */
  get keepAlive(): boolean {
    const connection = this.header("connection")?.toLowerCase() ?? "";
    if (this.framing === "untilClose") return false;
    return this.#text[7] === "1" ? !connection.includes("close") : connection.includes("keep-alive");
  }

  get headers(): WireHeaders {
    this.#headers ??= this.#takeApart();
    return this.#headers;
  }

  /** A header that is sent once, by its name in lower case; of a repeated one the first. */
  header(name: string): string | undefined {
    const at = this.#lower.indexOf(`\r\n${name}:`);
    return at < 0 ? undefined : this.#value(at + name.length + 3);
  }

  isRepeated(name: string): boolean {
    const field = `\r\n${name}:`;
    return this.#lower.indexOf(field) !== this.#lower.lastIndexOf(field);
  }

  #takeApart(): WireHeaders {
    const headers: Record<string, string | string[]> = {};
    for (let at = this.#lower.indexOf("\r\n"); at >= 0; at = this.#lower.indexOf("\r\n", at + 2)) {
      const colon = this.#lower.indexOf(":", at);
      const name = this.#lower.slice(at + 2, colon);
      const value = this.#value(colon + 1);
      const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
      if (name === "set-cookie") headers[name] = [...(before ?? []), value];
      else headers[name] = before === undefined ? value : `${before}, ${value}`;
    }
    return headers;
  }

  /** Without the optional white space of the grammar; `String.trim` would take more than that. */
  #value(from: number): string {
    const text = this.#text;
    let start = from;
    let end = text.indexOf("\r\n", from);
    if (end < 0) end = text.length;
    while (isBlank(text.charCodeAt(start))) start++;
    while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    return text.slice(start, end);
  }
}

function framingOf(head: ResponseHead, bodiless: boolean): Framing | null {
  const length = head.header("content-length");
  const encoding = head.header("transfer-encoding");
  if (length !== undefined) {
    // Two lengths, or a length and chunks, are two opinions on where the answer ends.
    if (encoding !== undefined || !LENGTH.test(length) || head.isRepeated("content-length")) return null;
    return bodiless ? 0 : Number(length);
  }
  if (encoding === undefined) return bodiless ? 0 : "untilClose";
  if (encoding.toLowerCase() !== "chunked" || head.isRepeated("transfer-encoding")) return null;
  return bodiless ? 0 : "chunked";
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
