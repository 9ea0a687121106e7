import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvokeCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  clientOf,
  createFromSource,
  echoSource,
  startTestPlatform,
  type TestPlatform,
} from "../../test/platform.ts";
import { type RawAnswer, rawCall } from "../../test/raw-client.ts";
import { credentialsFile, loadCredentials } from "./credentials.ts";
import { Sessions } from "./sessions.ts";

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ spare: false });
});
afterAll(() => test.close());

const list = { method: "GET", path: "/2015-03-31/functions" };

function refusal({ status, headers, body }: RawAnswer): readonly unknown[] {
  return [status, headers.get("x-amzn-errortype"), JSON.parse(body.toString())];
}

describe("the platform", () => {
  it("refuses an unsigned request", async () => {
    const response = await fetch(`${test.platform.url}${list.path}`);
    expect([response.status, response.headers.get("x-amzn-errortype"), await response.json()]).toEqual([
      403,
      "MissingAuthenticationTokenException",
      { message: "Missing Authentication Token" },
    ]);
  });

  it("refuses an unknown access key", async () => {
    const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" };
    expect(refusal(await rawCall(test.platform, list, { credentials }))).toEqual([
      403,
      "UnrecognizedClientException",
      { message: "The security token included in the request is invalid." },
    ]);
  });

  it("refuses a wrong secret", async () => {
    const { accessKeyId } = test.platform.rootCredentials;
    const credentials = { accessKeyId, secretAccessKey: "wrong" };
    const [status, code, document] = refusal(await rawCall(test.platform, list, { credentials }));
    expect([status, code]).toEqual([403, "InvalidSignatureException"]);
    expect(document).toMatchObject({
      message: expect.stringMatching(/^The request signature we calculated does not/),
    });
  });

  it("refuses a signature that is too old or of tomorrow", async () => {
    for (const offMs of [-600_000, 600_000]) {
      const answer = await rawCall(test.platform, list, { nowMs: Date.now() + offMs });
      expect(refusal(answer)).toMatchObject([403, "InvalidSignatureException", {}]);
    }
  });

  it("refuses a body that is not the signed one, and runs nothing", async () => {
    const { body } = await rawCall(test.platform, list);
    expect(JSON.parse(body.toString())).toMatchObject({ Functions: [] });
    const forged = await rawCall(test.platform, {
      method: "POST",
      path: list.path,
      headers: { "x-amz-content-sha256": "0".repeat(64) },
      body: { FunctionName: "evil" },
    });
    expect(forged.status).toBe(403);
  });

  it("refuses a session whose token was changed to name another principal", async () => {
    const session = test.platform.issueCredentials("reports");
    const [version, , mac] = session.sessionToken.split(".");
    const sessionToken = `${version}.${Buffer.from("dispatch").toString("base64url")}.${mac}`;
    const answer = await rawCall(test.platform, list, { credentials: { ...session, sessionToken } });
    expect(refusal(answer)).toMatchObject([403, "UnrecognizedClientException", {}]);
  });

  it("refuses a session without its token, and the root key with one", async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = test.platform.issueCredentials("reports");
    const bare = await rawCall(test.platform, list, { credentials: { accessKeyId, secretAccessKey } });
    expect(refusal(bare)).toMatchObject([403, "UnrecognizedClientException", {}]);
    const credentials = { ...test.platform.rootCredentials, sessionToken };
    const dressed = await rawCall(test.platform, list, { credentials });
    expect(refusal(dressed)).toMatchObject([403, "UnrecognizedClientException", {}]);
  });

  it("takes a signature for another region or service for none", async () => {
    const { rootCredentials, url } = test.platform;
    const elsewhere = clientOf({ ...test.platform, url, region: "eu-west-1" }, rootCredentials);
    await expect(elsewhere.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
    elsewhere.destroy();
  });

  it("lets only root deploy from a local path", async () => {
    const client = clientOf(test.platform, test.platform.issueCredentials("guest"));
    const code = { Code: { S3Bucket: "tulle:local", S3Key: "/etc" } };
    await expect(createFromSource(client, "stolen", "", code)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("TULLE3016"),
    });
    client.destroy();
  });
});

describe("credentials", () => {
  it("outlive a restart, sessions included, in a file that only its owner reads", async () => {
    const first = await startTestPlatform({ spare: false });
    const session = first.platform.issueCredentials("gateway");
    const { rootCredentials } = first.platform;
    await createFromSource(first.client, "echo", echoSource);
    const file = join(first.dataFolder, credentialsFile);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await first.platform.close();
    const second = await startTestPlatform({
      dataFolder: first.dataFolder,
      store: first.store,
      spare: false,
    });
    expect(second.platform.rootCredentials).toEqual(rootCredentials);
    const client = clientOf(second.platform, session);
    expect(await client.send(new InvokeCommand({ FunctionName: "echo" }))).toMatchObject({ StatusCode: 200 });
    client.destroy();
    await second.close();
  });

  it("that cannot be read are left as they are", async () => {
    const file = join(test.dataFolder, "broken");
    const folder = await import("node:fs/promises").then(({ mkdtemp }) => mkdtemp(file));
    await writeFile(join(folder, credentialsFile), '{"root": {}}');
    await expect(loadCredentials(folder)).rejects.toMatchObject({
      code: "TULLE3003",
      context: { path: join(folder, credentialsFile) },
    });
    expect(await readFile(join(folder, credentialsFile), "utf8")).toBe('{"root": {}}');
  });

  it("of one platform mean nothing to another", () => {
    const issued = new Sessions("00".repeat(32)).issue("reports");
    expect(new Sessions("00".repeat(32)).open(issued.accessKeyId, issued.sessionToken)).toMatchObject({
      principal: "reports",
      secretAccessKey: issued.secretAccessKey,
    });
    expect(new Sessions("01".repeat(32)).open(issued.accessKeyId, issued.sessionToken)).toBeUndefined();
    expect(new Sessions("00".repeat(32)).open("ASIAOTHER", issued.sessionToken)).toBeUndefined();
  });
});
