/** Reads from the platform's Lambda API, signed as the local run's root. */
import { sign } from "@tulle/aws/signature";
import { TulleError } from "@tulle/core/errors";
import type { DevFile } from "./dev-file.ts";

/** GET with a signature; the answer's JSON. Throws TULLE6014 for anything but a 200 with JSON. */
export async function readLambda(platform: DevFile["platform"], path: string): Promise<unknown> {
  const url = new URL(path, platform.url);
  const headers = { host: url.host };
  const signed = sign(
    { method: "GET", path: url.pathname, query: url.search.slice(1), headers },
    { credentials: platform, region: platform.region, service: "lambda" },
    Date.now(),
  );
  const fail = (why: string, cause?: unknown) =>
    new TulleError("TULLE6014", `The platform at ${platform.url} ${why}.`, { cause });
  let response: Response;
  try {
    response = await fetch(url, { headers: { ...headers, ...signed }, redirect: "error" });
  } catch (cause) {
    throw fail("does not answer", cause);
  }
  if (!response.ok) throw fail(`answered ${path} with ${response.status}`);
  try {
    return await response.json();
  } catch (cause) {
    throw fail(`answered ${path} with something that is not JSON`, cause);
  }
}
