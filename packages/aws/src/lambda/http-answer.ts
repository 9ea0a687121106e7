/** A response as any transport hands it over. */

/** Names in lower case; a repeated header may be a list. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
}

/** The first value of a header, or null. */
export function headerOf(headers: ReceivedHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : (value?.[0] ?? null);
}
