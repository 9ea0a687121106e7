import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isAlive, until } from "../../test/workbench.ts";

/** A platform in a process of its own: invokes a function twice at once, prints the pids, and waits. */
function script(workbench: string, freeze: boolean): string {
  return `
    import { openWorkbench, until } from ${JSON.stringify(workbench)};
    const bench = await openWorkbench({ freeze: ${freeze}, spare: true });
    const target = bench.target({ "app.js": \`exports.handler = async (event) => {
      if (event.spin) { console.log("spinning"); for (;;); }
      return process.pid;
    };\` });
    await bench.invoke(target);
    await bench.executor.prewarm(target, 2);
    void bench.invoke(target, { spin: true });
    await until(() => bench.log.some((line) => line.endsWith("spinning")));
    console.log(JSON.stringify(bench.executor.describe().map((one) => one.pid)));
    setInterval(() => {}, 1000);
  `;
}

describe("a platform that is killed", () => {
  it.each([{ freeze: false }, { freeze: true }])(
    "leaves no process behind: %o",
    async ({ freeze }) => {
      const folder = mkdtempSync(join(tmpdir(), "tulle-watchdog-"));
      const file = join(folder, "platform.mts");
      writeFileSync(file, script(new URL("../../test/workbench.ts", import.meta.url).href, freeze));
      const platform = spawn(process.execPath, ["--conditions=tulle-source", file], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: folder },
      });
      const [line] = (await once(platform.stdout, "data")) as [Buffer];
      const pids = JSON.parse(line.toString("utf8")) as number[];
      expect(pids).toHaveLength(2);
      expect(pids.filter((pid) => !isAlive(pid))).toEqual([]);
      platform.kill("SIGKILL");
      await once(platform, "exit");
      await until(() => pids.every((pid) => !isAlive(pid)));
      rmSync(folder, { recursive: true, force: true });
    },
    20_000,
  );
});
