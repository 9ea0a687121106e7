/** What the mesh adds to a function: bytes, CPU of a cold start, memory. See README.md beside this file. */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { bundle, PRELOAD_SOURCE } from "../bundle.ts";
import { CALLER, keys, snapshot } from "../invoke-cpu/setting.ts";
import { median, spell, spreadOf } from "../measure.ts";

const execute = promisify(execFile);
const ROUNDS = Number(process.env["ROUNDS"] ?? 40);

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

async function sizes(): Promise<string> {
  const entries = {
    "the data plane that every way in shares":
      'export { processCore } from "../packages/runtime/src/mesh/core.ts"',
    "the preload": PRELOAD_SOURCE,
    "the whole package, as `import { createMesh }`":
      'import { createMesh } from "@tulle/runtime"; globalThis.mesh = createMesh();',
  };
  const rows = await Promise.all(
    Object.entries(entries).map(async ([name, contents]) => {
      const bytes = await bundle(contents);
      return `| ${name} | ${kilobytes(bytes.length)} | ${kilobytes(gzipSync(bytes, { level: 9 }).length)} |`;
    }),
  );
  return ["| bundle | minified | gzipped |", "| --- | --- | --- |", ...rows].join("\n");
}

interface Sample {
  /** User and system time of the whole process, from its start to 60 ms after the code was loaded. */
  readonly cpuMs: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** Prints a sample when everything that starting set off is over. */
const PROBE = `
setTimeout(() => {
  const { user, system } = process.cpuUsage();
  globalThis.gc?.(); globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const cpuMs = (user + system) / 1000;
  console.log(JSON.stringify({ cpuMs, heapBytes: heapUsed + external, residentBytes: rss }));
  process.exit();
}, 60);`;

async function sample(file: string, preload: string | null, environment: NodeJS.ProcessEnv): Promise<Sample> {
  const options = preload === null ? [] : ["-r", preload];
  const { stdout } = await execute(process.execPath, ["--expose-gc", ...options, file], { env: environment });
  return JSON.parse(stdout) as Sample;
}

const folder = await mkdtemp(join(tmpdir(), "tulle-footprint-"));
const server = fork(join(import.meta.dirname, "../invoke-cpu/server.ts"), { execArgv: process.execArgv });
try {
  const [port] = (await once(server, "message")) as [number];
  const baked = join(folder, "snapshot.json");
  await writeFile(baked, JSON.stringify(snapshot));
  const preload = join(folder, "preload.cjs");
  await bundle(PRELOAD_SOURCE, preload);
  const files = {
    "an empty function": join(folder, "empty.cjs"),
    "a function with the SDK": join(folder, "sdk.cjs"),
  };
  await writeFile(files["an empty function"], PROBE);
  await bundle(`import "./footprint/function.mjs"; ${PROBE}`, files["a function with the SDK"]);

  const base = { PATH: process.env["PATH"], ...keys };
  const wired = {
    ...base,
    TULLE_SERVICE: CALLER,
    TULLE_CONTROL: `http://127.0.0.1:${port}`,
    TULLE_SNAPSHOT: baked,
  };
  const cache = join(folder, "cache");
  console.log(`${await sizes()}\n`);
  console.log(
    "| function | CPU ms without | with the preload | added (by pairs) | heap added | resident added |",
  );
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, file] of Object.entries(files)) {
    for (const cached of [false, true]) {
      const more = cached ? { NODE_COMPILE_CACHE: cache } : {};
      const pairs: [Sample, Sample][] = [];
      for (let round = -2; round < ROUNDS; round++) {
        const without = await sample(file, null, { ...base, ...more });
        const withMesh = await sample(file, preload, { ...wired, ...more });
        if (round >= 0) pairs.push([without, withMesh]);
      }
      const added = (of: (one: Sample) => number): number[] => pairs.map(([a, b]) => of(b) - of(a));
      console.log(
        `| ${name}${cached ? ", compile cache" : ""} | ${median(pairs.map(([a]) => a.cpuMs)).toFixed(1)} ` +
          `| ${median(pairs.map(([, b]) => b.cpuMs)).toFixed(1)} ` +
          `| ${spell(spreadOf(added((one) => one.cpuMs)))} ` +
          `| ${kilobytes(median(added((one) => one.heapBytes)))} ` +
          `| ${kilobytes(median(added((one) => one.residentBytes)))} |`,
      );
    }
  }
} finally {
  server.disconnect();
  await rm(folder, { recursive: true });
}
