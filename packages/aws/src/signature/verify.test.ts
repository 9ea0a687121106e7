import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloadHashOf, type ReceivedRequest, sign, type VerifyOptions, verify } from "./index.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 10, 11, 12);
const session = { secretAccessKey: "secret", sessionToken: "token==", principal: "dispatch" };
const longTerm = { secretAccessKey: "other secret", principal: "admin" };
const known = new Map<string, { secretAccessKey: string; sessionToken?: string; principal: string }>([
  ["ASIASESSION", session],
  ["AKIALONGTERM", longTerm],
]);
const signer = {
  credentials: { accessKeyId: "ASIASESSION", secretAccessKey: "secret", sessionToken: "token==" },
  region: "eu-west-1",
  service: "lambda",
};
const body = '{"robot":7}';
const path = "/2015-03-31/functions/fleet%3Alive/invocations";
const query = "Qualifier=live&b=2&a=1";
const headers = { host: "127.0.0.1:3000", "content-type": "application/json", "x-amz-log-type": "Tail" };

/** As `node:http` hands a request over. */
type RawRequest = ReceivedRequest & { readonly rawHeaders: readonly string[] };

function signed(overrides: { nowMs?: number; sendPayloadHash?: boolean } = {}): RawRequest {
  const request = { method: "POST", path, query, headers, body };
  const added = sign(
    request,
    { ...signer, sendPayloadHash: overrides.sendPayloadHash },
    overrides.nowMs ?? NOW_MS,
  );
  return {
    method: "POST",
    url: `${path}?${query}`,
    rawHeaders: [...Object.entries(headers), ...Object.entries(added)].flat(),
    body,
  };
}

function check(request: ReceivedRequest, options: Partial<VerifyOptions> = {}) {
  return verify(request, (accessKeyId) => known.get(accessKeyId), {
    nowMs: NOW_MS,
    region: "eu-west-1",
    service: "lambda",
    ...options,
  });
}

function withHeader(request: RawRequest, name: string, change: (value: string) => string | null): RawRequest {
  const rawHeaders: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const key = request.rawHeaders[at]!;
    const value = key === name ? change(request.rawHeaders[at + 1]!) : request.rawHeaders[at + 1]!;
    if (value !== null) rawHeaders.push(key, value);
  }
  return { ...request, rawHeaders };
}

const mismatch = {
  ok: false,
  code: "InvalidSignatureException",
  status: 403,
  message:
    "The request signature we calculated does not match the signature you provided. " +
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
};

describe("verify", () => {
  it("accepts what sign made and hands back whose key it was", () => {
    expect(check(signed())).toEqual({
      ok: true,
      accessKeyId: "ASIASESSION",
      region: "eu-west-1",
      service: "lambda",
      identity: session,
    });
  });

  it("accepts a body whose digest the reader computed", () => {
    const { body: _, ...request } = signed({ sendPayloadHash: true });
    expect(check({ ...request, bodySha256: payloadHashOf(body) })).toMatchObject({ ok: true });
    expect(check({ ...request, bodySha256: payloadHashOf("else") })).toEqual(mismatch);
  });

  it("accepts header names in any case and headers that were added on the way", () => {
    const request = signed();
    const rawHeaders = request.rawHeaders.map((text, at) => (at % 2 === 0 ? text.toUpperCase() : text));
    expect(check({ ...request, rawHeaders: [...rawHeaders, "X-Forwarded-For", "10.0.0.1"] })).toMatchObject({
      ok: true,
    });
  });

  it("refuses any single change to what was signed", () => {
    const request = signed({ sendPayloadHash: true });
    const original = JSON.stringify(request);
    const changeable = fc.constantFrom(
      "method",
      "url",
      "body",
      ...Object.keys(headers),
      "x-amz-date",
      "authorization",
    );
    fc.assert(
      fc.property(changeable, fc.nat(), fc.constantFrom("0", "1", "a", "b", "Z"), (what, at, character) => {
        const change = (value: string) => {
          const position = at % value.length;
          return value.slice(0, position) + character + value.slice(position + 1);
        };
        const changed: ReceivedRequest =
          what === "method" || what === "url" || what === "body"
            ? { ...request, [what]: change(request[what] as string) }
            : withHeader(request, what, change);
        fc.pre(JSON.stringify(changed) !== original);
        expect(check(changed).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses a request without a signature", () => {
    const answer = { ok: false, code: "MissingAuthenticationTokenException", status: 403 };
    expect(check({ method: "GET", url: "/", rawHeaders: ["host", "h"] })).toEqual({
      ...answer,
      message: "Missing Authentication Token",
    });
    expect(check({ method: "GET", url: "/?Qualifier=1&X-Amz-Meta=2", rawHeaders: [] })).toMatchObject(answer);
  });

  it("names every part that an Authorization header lacks", () => {
    const request: ReceivedRequest = {
      method: "GET",
      url: "/",
      rawHeaders: ["Authorization", "AWS4-HMAC-SHA256 Signature=abc"],
    };
    expect(check(request)).toEqual({
      ok: false,
      code: "IncompleteSignatureException",
      status: 403,
      message:
        "Authorization header requires 'Credential' parameter. " +
        "Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
        "(Hashed with SHA-256 and encoded with Base64) " +
        "Authorization=BOVWHkwmmZ+ctSvZOKBPu1mzDczRukcMLaNslyMqIgk=",
    });
  });

  it.each([
    ["another scheme", "Bearer abc", "Unsupported AWS 'algorithm': 'Bearer'."],
    [
      "a credential of four parts",
      "AWS4-HMAC-SHA256 Credential=a/20261123/eu-west-1/lambda, SignedHeaders=host, Signature=0",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, " +
        "got 'a/20261123/eu-west-1/lambda'",
    ],
    [
      "a header signed twice",
      "AWS4-HMAC-SHA256 Credential=ASIASESSION/20261123/eu-west-1/lambda/aws4_request, " +
        "SignedHeaders=host;host, Signature=0",
      "SignedHeaders must name every header once.",
    ],
  ])("refuses %s as incomplete", (_, authorization, message) => {
    expect(check(withHeader(signed(), "authorization", () => authorization))).toEqual({
      ok: false,
      code: "IncompleteSignatureException",
      status: 403,
      message,
    });
  });

  it.each(["2026-11-23T10:11:12Z", "20261323T101112Z", "20260231T101112Z", "yesterday", ""])(
    "refuses the timestamp '%s'",
    (amzDate) => {
      const answer = check(withHeader(signed(), "x-amz-date", () => amzDate));
      expect(answer).toMatchObject({ ok: false, code: "IncompleteSignatureException" });
    },
  );

  it("refuses a scope of another day, region, service or terminator", () => {
    const rescoped = (from: string, to: string) =>
      check(withHeader(signed(), "authorization", (value) => value.replace(from, to)));
    expect(rescoped("/20261123/", "/20261122/")).toMatchObject({
      message:
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        "'20261122' != '20261123', from '20261123T101112Z'.",
    });
    expect(rescoped("/eu-west-1/", "/eu-west-2/")).toMatchObject({
      code: "InvalidSignatureException",
      message: "Credential should be scoped to a valid region, not 'eu-west-2'. ",
    });
    expect(rescoped("/lambda/", "/sqs/")).toMatchObject({
      message: "Credential should be scoped to correct service: 'lambda'. ",
    });
    expect(rescoped("/aws4_request", "/aws5")).toMatchObject({
      message: "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
    });
  });

  it("refuses an unknown key, and a session token that is wrong, missing or out of place", () => {
    const invalid = {
      ok: false,
      code: "UnrecognizedClientException",
      status: 403,
      message: "The security token included in the request is invalid.",
    };
    const rekeyed = (id: string) =>
      check(withHeader(signed(), "authorization", (value) => value.replace("ASIASESSION", id)));
    expect(rekeyed("ASIANOBODY")).toEqual(invalid);
    expect(rekeyed("AKIALONGTERM")).toEqual(invalid);
    expect(check(withHeader(signed(), "x-amz-security-token", () => "token=x"))).toEqual(invalid);
    expect(check(withHeader(signed(), "x-amz-security-token", () => null))).toEqual(invalid);
  });

  it("refuses an expired session", () => {
    const answer = verify(signed(), () => ({ ...session, expiresAtMs: NOW_MS }), { nowMs: NOW_MS });
    expect(answer).toMatchObject({
      code: "ExpiredTokenException",
      message: "The security token included in the request is expired",
    });
  });

  it("allows five minutes of clock difference either way and not a second more", () => {
    expect(check(signed({ nowMs: NOW_MS - 300_000 }))).toMatchObject({ ok: true });
    expect(check(signed({ nowMs: NOW_MS + 300_000 }))).toMatchObject({ ok: true });
    expect(check(signed({ nowMs: NOW_MS - 301_000 }))).toMatchObject({
      code: "InvalidSignatureException",
      message:
        "Signature expired: 20261123T100611Z is now earlier than " +
        "20261123T100612Z (20261123T101112Z - 5 min.)",
    });
    expect(check(signed({ nowMs: NOW_MS + 301_000 }))).toMatchObject({
      code: "InvalidSignatureException",
      message:
        "Signature not yet current: 20261123T101613Z is still later than " +
        "20261123T101612Z (20261123T101112Z + 5 min.)",
    });
    expect(check(signed({ nowMs: NOW_MS - 1000 }), { maxSkewMs: 0 })).toMatchObject({ ok: false });
  });

  it("demands that host and session token are among the signed headers", () => {
    const unsigned = (name: string) =>
      check(withHeader(signed(), "authorization", (value) => value.replace(name, "")));
    expect(unsigned("host;")).toMatchObject({
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    });
    expect(unsigned(";x-amz-security-token")).toMatchObject({
      message: "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  it("refuses a request from which a signed header was taken", () => {
    expect(check(withHeader(signed(), "x-amz-log-type", () => null))).toEqual(mismatch);
  });

  it("lets an unsigned payload through only where that is asked for", () => {
    const request = {
      method: "POST",
      path,
      headers: { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      body,
    };
    const added = sign(request, signer, NOW_MS);
    const rawHeaders = Object.entries({ ...request.headers, ...added }).flat();
    const received = { method: "POST", url: path, rawHeaders, body: "anything" };
    expect(check(received)).toEqual(mismatch);
    expect(check(received, { allowUnsignedPayload: true })).toMatchObject({ ok: true });
  });

  it("reads the time from a Date header where there is no X-Amz-Date", () => {
    const request = signed();
    // The signature covers x-amz-date, so a mismatch and nothing earlier shows that the time was understood.
    const dated = withHeader(request, "x-amz-date", () => null);
    const rawHeaders = [...dated.rawHeaders, "Date", new Date(NOW_MS).toUTCString()];
    expect(check({ ...dated, rawHeaders })).toEqual(mismatch);
  });

  it.each([
    ["a thousand headers", { rawHeaders: Array.from({ length: 2000 }, (_, at) => `x-${at}`) }],
    ["a header of a megabyte", { rawHeaders: ["x", "y".repeat(1024 * 1024)] }],
    ["an address of a megabyte", { url: `/${"a".repeat(1024 * 1024)}` }],
  ])("refuses %s before looking at it", (_, change) => {
    expect(check({ ...signed(), ...change })).toEqual({
      ok: false,
      code: "IncompleteSignatureException",
      status: 403,
      message: "The request is too large to be checked.",
    });
  });
});
