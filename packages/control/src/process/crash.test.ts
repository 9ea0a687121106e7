import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSqliteStore } from "@tulle/store";
import { sampleMesh, sampleService } from "@tulle/testkit/mesh";
import { expect, it, onTestFinished } from "vitest";
import { createControl } from "../control.ts";

const program = fileURLToPath(new URL("./fixtures/publish-and-die.ts", import.meta.url));
const configOf = (name: string) => sampleMesh([sampleService(name)]);

it("has the old version or the new one, whole, after SIGKILL at any step of a publish", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tulle-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outcomes: string[] = [];
  for (let writes = 0, killed = true; killed; writes++) {
    const path = join(folder, `${writes}.db`);
    await withControl(path, (control) => control.publish({ config: configOf("old") }));
    const args = ["--conditions=tulle-source", program, path, `${writes}`, JSON.stringify(configOf("new"))];
    const child = spawnSync(process.execPath, args, { encoding: "utf8" });
    killed = child.signal === "SIGKILL";
    expect(child.stdout, child.stderr).toBe(killed ? "" : "published\n");
    await withControl(path, async (control) => {
      const outcome = Object.keys(control.config().services)[0]!;
      outcomes.push(outcome);
      expect(control.config()).toEqual(configOf(outcome));
      expect((await control.history()).length).toBe(outcome === "old" ? 1 : 2);
      const version = control.version();
      expect(await control.publish({ config: configOf("next") })).toMatchObject({ version: version + 1 });
    });
  }
  // Manifest, configuration, snapshot, then the head, which decides; the last run is not interrupted.
  expect(outcomes).toEqual(["old", "old", "old", "new", "new"]);
}, 30_000);

async function withControl<T>(
  path: string,
  use: (control: Awaited<ReturnType<typeof createControl>>) => Promise<T>,
): Promise<void> {
  const store = createSqliteStore({ path });
  await use(await createControl({ store, key: new Uint8Array(32) }));
  await store.close();
}
