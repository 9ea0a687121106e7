import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verify } from "./index.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 10, 11, 12);
const session = { secretAccessKey: "secret" };

describe("a malformed claim", () => {
  it("is refused and never thrown about", () => {
    const authorization = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `AWS4-HMAC-SHA256 ${rest}`),
      fc
        .tuple(fc.string(), fc.string(), fc.string())
        .map(
          ([credential, names, signature]) =>
            `AWS4-HMAC-SHA256 Credential=${credential}/20261123/eu-west-1/lambda/aws4_request, ` +
            `SignedHeaders=host;${names}, Signature=${signature}`,
        ),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), authorization, fc.string(), (url, value, name) => {
        const rawHeaders = ["host", "h", "authorization", value, "x-amz-date", "20261123T101112Z", name, "x"];
        expect(verify({ method: "GET", url, rawHeaders }, () => session, { nowMs: NOW_MS }).ok).toBe(false);
      }),
    );
  });
});
