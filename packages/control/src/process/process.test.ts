import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleMesh, sampleService } from "@tulle/testkit/mesh";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ControlClient, createControlClient } from "../client/index.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** What the one line on stdout says. */
  readonly ready: { ready: boolean; url: string; error?: { code: string; message: string } };
}

vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let children: ChildProcessWithoutNullStreams[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tulle-control-"));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(...args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, ["--conditions=tulle-source", main, ...args]);
  children.push(child);
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.includes("\n")) break;
  }
  return { child, ready: JSON.parse(output) };
}

async function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

function clientOf(at: string): ControlClient {
  return createControlClient(JSON.parse(readFileSync(join(at, "control.json"), "utf8")));
}

const config = sampleMesh([sampleService("dispatch")]);

describe("the control process", () => {
  it("says where it is, in one line and in a file that only its owner reads", async () => {
    const data = join(folder, "new", "data");
    const { child, ready } = await start("--data", data, "--port", "0");
    expect(ready).toEqual({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(statSync(join(data, "control.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(data, "token.key")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(data, "control.json"), "utf8"))).toMatchObject({
      url: ready.url,
      pid: child.pid,
    });
    expect(await clientOf(data).publish({ config })).toMatchObject({ version: 1 });
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends cleanly on %s, even while somebody waits", async (signal) => {
    const { child } = await start("--data", folder);
    const client = clientOf(folder);
    const waiting = client.epoch({ after: 0, waitMs: 20_000 });
    await client.health();
    child.kill(signal);
    expect(await exitOf(child)).toBe(0);
    await waiting.catch(() => undefined);
    expect(existsSync(join(folder, "control.json"))).toBe(false);
  });

  it("ends when its parent's pipe closes, only if it was asked to", async () => {
    const { child } = await start("--data", folder, "--with-parent");
    child.stdin.end();
    expect(await exitOf(child)).toBe(0);
    const other = await start("--data", folder);
    other.child.stdin.end();
    await vi.waitFor(() => expect(other.child.stdin.closed).toBe(true));
    for (let i = 0; i < 20; i++) expect(await clientOf(folder).health()).toMatchObject({ status: "ok" });
    expect(other.child.exitCode).toBeNull();
  });

  it("goes on after SIGKILL with the same tokens, history and published version", async () => {
    const first = await start("--data", folder);
    const { token } = await clientOf(folder).issueToken("dispatch");
    await clientOf(folder).publish({ config, message: "before" });
    first.child.kill("SIGKILL");
    await exitOf(first.child);
    const second = await start("--data", folder);
    const own = createControlClient({ url: second.ready.url, token });
    expect((await own.snapshot({ caller: "dispatch" }))?.snapshot.version).toBe(1);
    expect(await clientOf(folder).history()).toMatchObject([{ version: 1, message: "before" }]);
  });

  it("does not take away the announcement of the process that came after it", async () => {
    const first = await start("--data", folder);
    const second = await start("--data", folder);
    first.child.kill("SIGTERM");
    await exitOf(first.child);
    expect(JSON.parse(readFileSync(join(folder, "control.json"), "utf8"))).toMatchObject({
      url: second.ready.url,
    });
  });
});

describe("the control process refuses, in one line and with status 1,", () => {
  async function refusal(...args: readonly string[]): Promise<string | undefined> {
    const { child, ready } = await start(...args);
    expect(await exitOf(child)).toBe(1);
    expect(ready.ready).toBe(false);
    return ready.error?.code;
  }

  it("options that it cannot use", async () => {
    expect(await refusal()).toBe("TULLE4119");
    expect(await refusal("--data", folder, "--port", "70000")).toBe("TULLE4119");
    expect(await refusal("--data", folder, "--prot", "1")).toBe("TULLE4119");
  });

  it("a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    expect(await refusal("--data", folder, "--port", `${port}`)).toBe("TULLE4114");
    expect(existsSync(join(folder, "control.json"))).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  });

  it("a folder that is a file, and a secret that is none", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    expect(await refusal("--data", file)).toBe("TULLE4117");
    expect(await refusal("--data", join(file, "below"))).toBe("TULLE4117");
    writeFileSync(join(folder, "token.key"), "short");
    expect(await refusal("--data", folder)).toBe("TULLE4117");
    expect(readFileSync(join(folder, "token.key"), "utf8")).toBe("short");
  });

  it("a database that is damaged, which stays as it was", async () => {
    writeFileSync(join(folder, "store.db"), "not a database, but somebody's file\n".repeat(50));
    const before = readFileSync(join(folder, "store.db"));
    expect(await refusal("--data", folder)).toBe("TULLE4001");
    expect(readFileSync(join(folder, "store.db")).equals(before)).toBe(true);
  });
});
