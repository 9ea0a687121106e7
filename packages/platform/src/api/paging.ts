import { invalidParameter } from "./errors.ts";
import type { ApiRequest } from "./request.ts";

/** Lists in pages of at most fifty, as Lambda gives them: `Marker` in, `NextMarker` out. */

const longestPage = 50;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Undefined on the last page. */
  readonly nextMarker: string | undefined;
}

/** One page of `all`, which is in the order of `keyOf`. A marker names the last key that was given. */
export function pageOf<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  request: Pick<ApiRequest, "query">,
): Page<Item> {
  const marker = request.query.get("Marker");
  const wanted = Number(request.query.get("MaxItems") ?? longestPage);
  const size = Math.min(longestPage, Number.isInteger(wanted) && wanted > 0 ? wanted : longestPage);
  const start = marker === null || marker === "" ? 0 : indexAfter(all, keyOf, decodeMarker(marker));
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const more = start + size < all.length && last !== undefined;
  return { items, nextMarker: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}

function indexAfter<Item>(all: readonly Item[], keyOf: (item: Item) => string, key: string): number {
  const index = all.findIndex((item) => keyOf(item) > key);
  return index < 0 ? all.length : index;
}

function decodeMarker(marker: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(marker)) throw invalidParameter("The marker is not one that a list gave.");
  return Buffer.from(marker, "base64url").toString("utf8");
}
