import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeUri, payloadHashOf, presign, sign } from "./index.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 10, 11, 12, 345);

const text = fc.string({ unit: "grapheme-ascii", maxLength: 24 });
const anyText = fc.string({ unit: "grapheme", maxLength: 16 });
const headerName = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((name) => name !== "__proto__");
const segment = fc.oneof(
  anyText.map(escapeUri),
  fc.constantFrom("", ".", "..", "fn%3Alive", "a.b", ".hidden"),
);

/** Requests of ordinary make: what a client builds, not what an attacker sends. */
const ordinaryRequest = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  segments: fc.array(segment, { maxLength: 6 }),
  query: fc.dictionary(
    anyText.filter((key) => key !== "" && key.toLowerCase() !== "x-amz-signature" && key !== "__proto__"),
    anyText,
    { maxKeys: 5 },
  ),
  headers: fc.dictionary(headerName, text, { maxKeys: 8 }),
  body: fc.oneof(anyText, fc.uint8Array({ maxLength: 64 })),
  sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,80}$/), { nil: undefined }),
  service: fc.constantFrom("lambda", "dynamodb", "s3"),
  region: fc.constantFrom("eu-west-1", "us-gov-west-1"),
  nowMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
});

type OrdinaryRequest = typeof ordinaryRequest extends fc.Arbitrary<infer Value> ? Value : never;

function ours(request: OrdinaryRequest) {
  const query = Object.entries(request.query)
    .map(([key, value]) => `${escapeUri(key)}=${escapeUri(value)}`)
    .join("&");
  const { method, body, headers } = request;
  const path = `/${request.segments.join("/")}`;
  return { method, path, query, headers: { host: "example.amazonaws.com", ...headers }, body };
}

function reference({ service, region, sessionToken }: OrdinaryRequest, applyChecksum: boolean) {
  const credentials = { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
  return new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    applyChecksum,
    uriEscapePath: service !== "s3",
  });
}

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

describe("sign", () => {
  it("gives the bytes that @smithy/signature-v4 gives for ordinary requests", async () => {
    await fc.assert(
      fc.asyncProperty(ordinaryRequest, fc.boolean(), async (request, sendPayloadHash) => {
        const { service, region, sessionToken, nowMs } = request;
        const mine = ours(request);
        const credentials = { ...keys, sessionToken };
        const added = sign(mine, { credentials, region, service, sendPayloadHash }, nowMs);
        const theirs = await reference(request, sendPayloadHash).sign(
          { ...mine, query: request.query, protocol: "https:", hostname: "example.amazonaws.com" },
          { signingDate: new Date(nowMs) },
        );
        expect(added.authorization).toBe(theirs.headers["authorization"]);
        expect(added["x-amz-date"]).toBe(theirs.headers["x-amz-date"]);
        expect(added["x-amz-security-token"]).toBe(theirs.headers["x-amz-security-token"]);
        expect(added["x-amz-content-sha256"]).toBe(
          sendPayloadHash ? theirs.headers["x-amz-content-sha256"] : undefined,
        );
      }),
      { numRuns: 400 },
    );
  });

  it("keeps no trace of one caller in the signature of another", () => {
    const request = { method: "POST", path: "/a", headers: { host: "h" }, body: "x" };
    const scope = { region: "eu-west-1", service: "lambda" };
    const signatures = new Map<string, string>();
    for (let round = 0; round < 3; round++) {
      for (let caller = 0; caller < 600; caller++) {
        const credentials = { accessKeyId: "AKID", secretAccessKey: `secret-${caller}` };
        const { authorization } = sign(request, { ...scope, credentials }, NOW_MS);
        const before = signatures.get(credentials.secretAccessKey);
        expect(before ?? authorization).toBe(authorization);
        signatures.set(credentials.secretAccessKey, authorization);
      }
    }
    expect(new Set(signatures.values()).size).toBe(600);
  });

  it("signs the same whatever the order of the headers", () => {
    const signer = { credentials: keys, region: "eu-west-1", service: "lambda" };
    const headers = ["host", "a", "b", "c", "d", "e", "f", "g", "h", "i"].map(
      (name) => [name, `value of ${name}`] as const,
    );
    const rotations = headers.map((_, by) => [...headers.slice(by), ...headers.slice(0, by)]);
    const signed = [...rotations, ...rotations].map(
      (order) =>
        sign({ method: "GET", path: "/", headers: Object.fromEntries(order) }, signer, NOW_MS).authorization,
    );
    expect(new Set(signed).size).toBe(1);
  });

  it("derives a new key when the day changes", () => {
    const signer = { credentials: keys, region: "eu-west-1", service: "lambda" };
    const request = { method: "GET", path: "/", headers: { host: "h" } };
    const midnightMs = Date.UTC(2026, 10, 24);
    expect(sign(request, signer, midnightMs - 1)["x-amz-date"]).toBe("20261123T235959Z");
    expect(sign(request, signer, midnightMs).authorization).toContain(
      "/20261124/eu-west-1/lambda/aws4_request",
    );
  });

  it("signs a scope too long for the prepared buffer as it signs any other", async () => {
    const region = "r".repeat(2000);
    const { authorization } = sign(
      { method: "GET", path: "/", headers: { host: "h" } },
      { credentials: keys, region, service: "lambda" },
      NOW_MS,
    );
    const smithy = new SignatureV4({
      credentials: keys,
      region,
      service: "lambda",
      sha256: Sha256,
      applyChecksum: false,
    });
    const theirs = await smithy.sign(
      { method: "GET", path: "/", headers: { host: "h" }, hostname: "h", protocol: "https:" },
      { signingDate: new Date(NOW_MS) },
    );
    expect(authorization).toBe(theirs.headers["authorization"]);
  });

  it("takes a known payload hash in place of the body", () => {
    const signer = { credentials: keys, region: "eu-west-1", service: "lambda" };
    const request = { method: "POST", path: "/", headers: { host: "h" } };
    const payloadHash = payloadHashOf("the body");
    expect(sign({ ...request, payloadHash }, signer, NOW_MS)).toEqual(
      sign({ ...request, body: "the body" }, signer, NOW_MS),
    );
  });
});

describe("presign", () => {
  it("gives the signature that @smithy/signature-v4 gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        ordinaryRequest.filter(({ service }) => service !== "s3"),
        fc.integer({ min: 1, max: 604_800 }),
        async (request, expiresSeconds) => {
          const { service, region, sessionToken, nowMs } = request;
          const mine = ours(request);
          const signer = { credentials: { ...keys, sessionToken }, region, service };
          const headers = { host: mine.headers.host };
          const query = presign({ ...mine, headers }, signer, { nowMs, expiresSeconds });
          const theirs = await reference(request, false).presign(
            { ...mine, headers, query: request.query, protocol: "https:", hostname: "h" },
            { signingDate: new Date(nowMs), expiresIn: expiresSeconds },
          );
          expect(new URLSearchParams(query).get("X-Amz-Signature")).toBe(theirs.query!["X-Amz-Signature"]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
