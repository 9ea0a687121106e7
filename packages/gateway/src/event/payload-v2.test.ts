import { existsSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGateway, type Gateway } from "../index.ts";
import { commonLogTime } from "./payload-v2.ts";

const here = dirname(fileURLToPath(import.meta.url));
const events = join(here, "../../../../../shared/fixtures/events");
const missing = existsSync(events) ? false : "the published sample events are not beside the checkout";

/** Parts of a published event that this gateway does not have: authorizers, client certificates, stages. */
const absent = ["authorizer", "authentication", "stageVariables"];

const files = [
  "apigw-v2-request-no-authorizer.json",
  "apigw-v2-request-iam.json",
  "apigw-v2-request-jwt-authorizer.json",
  "lambda-urls-request.json",
];

describe.skipIf(missing)("an event, beside the ones that are published", () => {
  let gateway: Gateway;
  const seen: string[] = [];
  beforeAll(async () => {
    const route = { method: "ANY", path: "/my/{proxy+}", to: "echo", timeoutMs: null, keyHeader: null };
    const routes = [route, { ...route, path: "/{proxy+}" }, { ...route, path: "/" }];
    gateway = await createGateway({
      gatewayName: "edge",
      upstream: {
        gateway: () => ({ name: "edge", maxBodyBytes: 10_000, routes }),
        requestTimeoutMs: () => 1_000,
        invoke: async ({ payload }) => {
          seen.push(payload);
          return Buffer.from("null");
        },
      },
    });
  });
  afterAll(() => gateway.close());

  test.each(files)("has every field of %s, with values of the same shape", async (file) => {
    const published = JSON.parse(readFileSync(join(events, file), "utf8"));
    const { rawPath, rawQueryString, cookies, headers, body, requestContext } = published;
    await new Promise((resolve, reject) => {
      const path = rawQueryString === "" ? rawPath : `${rawPath}?${rawQueryString}`;
      const { "content-length": _length, "Content-Length": _upper, ...sent } = headers;
      const length = Buffer.byteLength(body ?? "");
      const all = { ...sent, "content-length": length, ...(cookies && { cookie: cookies.join("; ") }) };
      const { method } = requestContext.http;
      const request = httpRequest({ port: gateway.port, method, path, headers: all, agent: false });
      request.on("error", reject).on("response", (response) => response.resume().on("end", resolve));
      request.end(body);
    });
    const event = JSON.parse(seen.at(-1)!);
    expect(missingFields(published, event)).toEqual([]);
    expect(event).toMatchObject({
      version: "2.0",
      rawPath,
      rawQueryString,
      ...(cookies && { cookies }),
      ...(published.queryStringParameters && { queryStringParameters: published.queryStringParameters }),
      ...(body && { body }),
      isBase64Encoded: published.isBase64Encoded,
    });
  });
});

/** Paths of the published event's fields that ours lacks or has with another type. */
function missingFields(published: Record<string, unknown>, ours: Record<string, unknown>, at = ""): string[] {
  return Object.entries(published).flatMap(([name, value]) => {
    const path = `${at}${name}`;
    if (absent.includes(name) || path.startsWith("headers.")) return [];
    const own = ours[name];
    if (typeof own !== typeof value || Array.isArray(own) !== Array.isArray(value)) return [path];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? missingFields(value as Record<string, unknown>, own as Record<string, unknown>, `${path}.`)
      : [];
  });
}

test("writes the time as a common log does", () => {
  expect(commonLogTime(1_583_348_638_390)).toBe("04/Mar/2020:19:03:58 +0000");
});
