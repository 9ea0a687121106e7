import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canonicalHeaderValue } from "./canonical.ts";
import { type Credentials, presign, type SignableRequest, sign, verify } from "./index.ts";

const folder = fileURLToPath(new URL("../../../../../shared/fixtures/sigv4-vectors/v4", import.meta.url));
const present = existsSync(folder);
const reason = present ? "" : " (skipped: ../shared/fixtures/sigv4-vectors is not beside the checkout)";

interface Vector {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** As in the file: repeated names repeated, folded lines joined by a line break. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

interface VectorContext {
  readonly credentials: {
    readonly access_key_id: string;
    readonly secret_access_key: string;
    readonly token?: string;
  };
  readonly expiration_in_seconds: number;
  readonly normalize: boolean;
  readonly region: string;
  readonly service: string;
  readonly sign_body: boolean;
  readonly timestamp: string;
  readonly omit_session_token?: boolean;
}

function read(name: string, file: string): string {
  return readFileSync(`${folder}/${name}/${file}`, "utf8");
}

function parse(text: string): Vector {
  const [head, ...bodyParts] = text.split("\n\n");
  const [requestLine, ...lines] = head!.split("\n").filter((line) => line !== "");
  const [, method, target] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine!)!;
  const headers: [string, string][] = [];
  for (const line of lines) {
    if (/^\s/.test(line)) headers.at(-1)![1] += `\n${line}`;
    else headers.push([line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
  }
  const mark = target!.indexOf("?");
  return {
    method: method!,
    path: mark < 0 ? target! : target!.slice(0, mark),
    query: mark < 0 ? "" : target!.slice(mark + 1),
    headers,
    body: bodyParts.join("\n\n"),
  };
}

/** The suite's paths are as a person types them; S3's style takes them as they stand on the wire. */
function wirePath(path: string, context: VectorContext): string {
  return context.normalize ? path : encodeURI(path);
}

/** Unnormalised vectors are signed as S3 signs; the scope still names the suite's service. */
function settings(context: VectorContext) {
  const { access_key_id, secret_access_key, token } = context.credentials;
  const credentials: Credentials = {
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    ...(token !== undefined && context.omit_session_token !== true && { sessionToken: token }),
  };
  const signer = {
    credentials,
    region: context.region,
    service: context.service,
    pathStyle: context.normalize ? ("escaped" as const) : ("verbatim" as const),
    sendPayloadHash: context.sign_body,
  };
  return { signer, nowMs: Date.parse(context.timestamp) };
}

function signable(vector: Vector, context: VectorContext): SignableRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of vector.headers) {
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before},${canonicalHeaderValue(value)}`;
  }
  // The suite adds this token after signing.
  if (context.omit_session_token === true) delete headers["x-amz-security-token"];
  const { method, query, body } = vector;
  return { method, path: wirePath(vector.path, context), query, headers, body };
}

const names = present ? readdirSync(folder).sort() : [];

describe.skipIf(!present)(`published Signature Version 4 vectors${reason}`, () => {
  it("are all there", () => {
    expect(names).toHaveLength(38);
  });

  it.each(names)("%s: signs in the header", (name) => {
    const context = JSON.parse(read(name, "context.json")) as VectorContext;
    const { signer, nowMs } = settings(context);
    const { authorization } = sign(signable(parse(read(name, "request.txt")), context), signer, nowMs);
    const signedHeaders = read(name, "header-canonical-request.txt").split("\n").at(-2)!;
    expect(authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ` +
        `SignedHeaders=${signedHeaders}, Signature=${read(name, "header-signature.txt").trim()}`,
    );
  });

  it.each(names)("%s: signs in the query", (name) => {
    const context = JSON.parse(read(name, "context.json")) as VectorContext;
    const { signer, nowMs } = settings(context);
    const expiresSeconds = context.expiration_in_seconds;
    const query = presign(signable(parse(read(name, "request.txt")), context), signer, {
      nowMs,
      expiresSeconds,
    });
    expect(new URLSearchParams(query).get("X-Amz-Signature")).toBe(read(name, "query-signature.txt").trim());
  });

  it.each(names.flatMap((name) => [[name, "header"] as const, [name, "query"] as const]))(
    "%s: verifies the signed request, %s form",
    (name, form) => {
      const context = JSON.parse(read(name, "context.json")) as VectorContext;
      const signed = parse(read(name, `${form}-signed-request.txt`));
      const url = wirePath(signed.path, context) + (signed.query === "" ? "" : `?${signed.query}`);
      const { secret_access_key: secretAccessKey, token: sessionToken } = context.credentials;
      const check = (secret: string) =>
        verify(
          { method: signed.method, url, rawHeaders: signed.headers.flat(), body: signed.body },
          () => ({ secretAccessKey: secret, sessionToken }),
          {
            nowMs: Date.parse(context.timestamp) + 60_000,
            pathStyle: context.normalize ? "escaped" : "verbatim",
            sessionToken: context.omit_session_token === true ? "added-after-signing" : "signed",
          },
        );
      expect(check(secretAccessKey)).toMatchObject({
        ok: true,
        accessKeyId: "AKIDEXAMPLE",
        service: "service",
      });
      expect(check(`${secretAccessKey}x`)).toMatchObject({ ok: false, code: "InvalidSignatureException" });
    },
  );
});
