import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type InteropPlatform, interopFunction, startInteropPlatform } from "./interop-platform.ts";

/** The platform as the aws CLI sees it. */

const run = promisify(execFile);
const missing = spawnSync("aws", ["--version"]).status !== 0;

let interop: InteropPlatform;
let folder: string;
beforeAll(async () => {
  interop = await startInteropPlatform();
  folder = await mkdtemp(join(tmpdir(), "tulle-aws-cli-"));
});
afterAll(async () => {
  await interop.close();
  await rm(folder, { recursive: true, force: true });
});

async function aws(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run("aws", ["lambda", ...args, "--output", "json"], { env: interop.environment });
  return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

async function zipFile(name: string): Promise<string> {
  const path = join(folder, `${name}.zip`);
  await writeFile(path, Buffer.from(interopFunction(name), "base64"));
  return `fileb://${path}`;
}

it.skipIf(missing)("lets the aws CLI lead a function through its life (skipped without aws)", async () => {
  const named = ["--function-name", "greeter"];
  const created = await aws(
    ...["create-function", ...named, "--runtime", "nodejs24.x", "--handler", "index.handler"],
    ...["--role", "arn:aws:iam::000000000000:role/test", "--zip-file", await zipFile("first")],
  );
  expect(created).toMatchObject({ FunctionName: "greeter", State: "Pending" });
  await aws("wait", "function-active-v2", ...named);
  expect(await aws("publish-version", ...named)).toMatchObject({ Version: "1" });
  const alias = await aws("create-alias", ...named, "--name", "live", "--function-version", "1");
  expect(alias).toMatchObject({ AliasArn: "arn:aws:lambda:us-east-1:000000000000:function:greeter:live" });

  const outFile = join(folder, "out.json");
  // Bytes from a file mean the same to both major versions of the CLI.
  const eventFile = join(folder, "event.json");
  await writeFile(eventFile, '{"name":"cli"}');
  const payload = ["--payload", `fileb://${eventFile}`];
  const invoked = await aws("invoke", "--function-name", "greeter:live", ...payload, outFile);
  expect(invoked).toEqual({ StatusCode: 200, ExecutedVersion: "1" });
  const answer = JSON.parse(await readFile(outFile, "utf8"));
  expect(answer).toEqual({ from: "first", event: { name: "cli" }, version: "1" });

  await aws("update-function-code", ...named, "--zip-file", await zipFile("second"));
  await aws("wait", "function-updated-v2", ...named);
  await aws("invoke", ...named, outFile);
  expect(JSON.parse(await readFile(outFile, "utf8"))).toMatchObject({ from: "second", version: "$LATEST" });

  await aws("delete-function", ...named);
  await expect(aws("get-function", ...named)).rejects.toMatchObject({
    stderr: expect.stringContaining("(ResourceNotFoundException)"),
  });
});
