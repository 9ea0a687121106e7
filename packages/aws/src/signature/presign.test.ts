import { describe, expect, it } from "vitest";
import { presign, type ReceivedRequest, type VerifyOptions, verify } from "./index.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 10, 11, 12);
const session = { secretAccessKey: "secret", sessionToken: "token==" };
const signer = {
  credentials: { accessKeyId: "ASIASESSION", ...session },
  region: "eu-west-1",
  service: "lambda",
};
const path = "/2015-03-31/functions/fleet%3Alive/invocations";
const query = "Qualifier=live&b=2&a=1";
const mismatch = { ok: false, code: "InvalidSignatureException" };

function check(request: ReceivedRequest, options: Partial<VerifyOptions> = {}) {
  return verify(request, () => session, {
    nowMs: NOW_MS,
    region: "eu-west-1",
    service: "lambda",
    ...options,
  });
}

describe("verify of a presigned URL", () => {
  const bare = { method: "GET", path, query, headers: { host: "h" } };
  const url = (expiresSeconds = 60) => `${path}?${presign(bare, signer, { nowMs: NOW_MS, expiresSeconds })}`;
  const received = (address: string): ReceivedRequest => ({
    method: "GET",
    url: address,
    rawHeaders: ["Host", "h"],
  });

  it("accepts it until it expires", () => {
    expect(check(received(url()))).toMatchObject({ ok: true, identity: session });
    expect(check(received(url()), { nowMs: NOW_MS + 60_000 })).toMatchObject({ ok: true });
    expect(check(received(url()), { nowMs: NOW_MS + 61_000 })).toMatchObject({
      code: "InvalidSignatureException",
      message: "Signature expired: 20261123T101212Z is now earlier than 20261123T101213Z",
    });
  });

  it("refuses a changed parameter", () => {
    expect(check(received(url().replace("Qualifier=live", "Qualifier=canary")))).toMatchObject(mismatch);
    expect(check(received(url().replace("X-Amz-Expires=60", "X-Amz-Expires=61")))).toMatchObject(mismatch);
  });

  it("names the parameters that are missing", () => {
    expect(check(received(`${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a`))).toMatchObject({
      code: "IncompleteSignatureException",
      message:
        "AWS query-string parameters must include 'X-Amz-Signature'. " +
        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. " +
        "AWS query-string parameters must include 'X-Amz-Date'. " +
        "AWS query-string parameters must include 'X-Amz-Expires'.",
    });
  });

  it.each(["604801", "-1", "1.5", "soon"])("refuses a lifetime of %s seconds", (lifetime) => {
    const address = url().replace("X-Amz-Expires=60", `X-Amz-Expires=${lifetime}`);
    expect(check(received(address))).toMatchObject({ code: "IncompleteSignatureException" });
  });

  it("accepts one from S3's style only where unsigned payloads are let through", () => {
    const s3 = { ...signer, service: "s3" };
    const object = { ...bare, path: "/a//b%20c" };
    const address = `${object.path}?${presign(object, s3, { nowMs: NOW_MS, expiresSeconds: 60 })}`;
    expect(check(received(address), { service: "s3" })).toMatchObject(mismatch);
    expect(check(received(address), { service: "s3", allowUnsignedPayload: true })).toMatchObject({
      ok: true,
    });
  });
});
