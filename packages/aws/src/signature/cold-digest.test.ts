import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coldStartDigest, sha256 } from "./cold-digest.ts";
import { sign } from "./index.ts";
import { signingKeyFor } from "./signing-key.ts";

const reference = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();

describe("SHA-256 without node:crypto", () => {
  it("is SHA-256, of text and of bytes of every length around a block", () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Buffer.alloc(length, length);
      expect(sha256(bytes)).toEqual(reference(bytes));
    }
    const data = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.uint8Array({ maxLength: 1000 }),
    );
    fc.assert(
      fc.property(data, (one) => {
        expect(sha256(one)).toEqual(reference(one));
      }),
    );
  });

  it("gives the same digests before and after it hands over to Node", () => {
    const digest = coldStartDigest();
    for (let i = 0; i < 300; i++) {
      const data = `message ${i}`;
      expect(digest.hex(data)).toBe(reference(data).toString("hex"));
      expect(digest.latin1(data)).toBe(reference(data).toString("latin1"));
    }
    const large = Buffer.alloc(1_000_000, 7);
    expect(coldStartDigest().hex(large)).toBe(reference(large).toString("hex"));
  });

  it("derives the signing keys that HMAC derives", () => {
    const scope = { shortDate: "20261123", region: "eu-west-1", service: "lambda" };
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 90 }), (secret) => {
        let expected: Buffer = Buffer.from(`AWS4${secret}`);
        for (const part of ["20261123", "eu-west-1", "lambda", "aws4_request"])
          expected = createHmac("sha256", expected).update(part).digest();
        const { inner } = signingKeyFor(secret, scope, coldStartDigest());
        expect(Buffer.from(inner.subarray(0, 32)).map((byte) => byte ^ 0x36)).toEqual(expected);
      }),
    );
  });

  it("signs to the byte as Node's does, also where the text is long", () => {
    const credentials = { accessKeyId: "A", secretAccessKey: "s" };
    for (const region of ["eu-west-1", "r".repeat(2000)]) {
      const signer = { credentials, region, service: "lambda" };
      const request = { method: "POST", path: "/", headers: { host: "h" }, body: "b" };
      const cold = sign(request, { ...signer, digest: coldStartDigest() }, 0);
      expect(cold).toEqual(sign(request, signer, 0));
    }
  });
});
