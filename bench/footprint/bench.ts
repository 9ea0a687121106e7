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

/** What is bundled, and how people get it. */
const entries = {
  "data plane, which every way in shares":
    'export { processCore } from "../packages/runtime/src/mesh/core.ts"',
  preload: PRELOAD_SOURCE,
  "`import { invoke }`": 'import { invoke } from "@tulle/runtime"; invoke("navigator");',
  "`import { attach }`": 'import { attach } from "@tulle/runtime"; attach(globalThis.client);',
  "`import { createMesh }`, everything":
    'import { createMesh } from "@tulle/runtime"; globalThis.mesh = createMesh();',
};

async function sizes(): Promise<string> {
  const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
  const rows = Object.entries(entries).map(async ([name, contents]) => {
    const bytes = await bundle(contents);
    return `| ${name} | ${kilobytes(bytes.length)} | ${kilobytes(gzipSync(bytes, { level: 9 }).length)} |`;
  });
  return ["| bundle | minified | gzipped |", "| --- | --- | --- |", ...(await Promise.all(rows))].join("\n");
}

interface Sample {
  /** User and system time of the whole process, from its start to 60 ms after the code was loaded. */
  readonly cpuMs: number;
  readonly heapKb: number;
  readonly residentKb: number;
}

/** Prints a sample when everything that starting set off is over. */
const PROBE = `
setTimeout(() => {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  globalThis.gc(); globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const [cpuMs, heapKb, residentKb] = [(user + system) / 1000, (heapUsed + external) / 1024, rss / 1024];
  console.log(JSON.stringify({ cpuMs, heapKb, residentKb }));
  process.exit();
}, 60);`;

interface Way {
  readonly name: string;
  readonly file: string;
  readonly preloads: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

async function start({ file, preloads, environment }: Way): Promise<Sample> {
  const options = ["--expose-gc", ...preloads.flatMap((one) => ["-r", one]), file];
  const { stdout } = await execute(process.execPath, options, { env: environment });
  return JSON.parse(stdout) as Sample;
}

/** Starts processes of all kinds in turn; a row per way, compared with the first in the same round. */
async function compare(ways: readonly Way[]): Promise<string> {
  const samples: Sample[][] = ways.map(() => []);
  for (let round = -2; round < ROUNDS; round++)
    for (const [i, way] of ways.entries()) {
      const sample = await start(way);
      if (round >= 0) samples[i]!.push(sample);
    }
  const base = samples[0]!;
  const rows = ways.map(({ name }, i) => {
    const own = samples[i]!;
    const added = (of: (one: Sample) => number): number[] =>
      own.map((one, round) => of(one) - of(base[round]!));
    const cpu = median(own.map(({ cpuMs }) => cpuMs)).toFixed(1);
    const [heap, resident] = [median(added((one) => one.heapKb)), median(added((one) => one.residentKb))];
    const cpuAdded = spell(spreadOf(added((one) => one.cpuMs)));
    return `| ${name} | ${cpu} | ${cpuAdded} | ${heap.toFixed(0)} | ${resident.toFixed(0)} |`;
  });
  const head = ["| process | CPU ms | added to the first | heap KB added | resident KB added |"];
  return [...head, "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

const folder = await mkdtemp(join(tmpdir(), "tulle-footprint-"));
const server = fork(join(import.meta.dirname, "../invoke-cpu/server.ts"), { execArgv: process.execArgv });
try {
  const [port] = (await once(server, "message")) as [number];
  const file = (name: string): string => join(folder, name);
  await writeFile(file("snapshot.json"), JSON.stringify(snapshot));
  await writeFile(file("empty.cjs"), PROBE);
  await writeFile(file("https.cjs"), 'require("node:http"); require("node:https");');
  await bundle(PRELOAD_SOURCE, file("preload.cjs"));
  await bundle(`import "./footprint/function.mjs"; ${PROBE}`, file("sdk.cjs"));

  const plain = { PATH: process.env["PATH"], ...keys };
  const baked = { ...plain, TULLE_SERVICE: CALLER, TULLE_SNAPSHOT: file("snapshot.json") };
  const reading = { ...plain, TULLE_SERVICE: CALLER, TULLE_CONTROL: `http://127.0.0.1:${port}` };
  const preloads = [file("preload.cjs")];
  const waysOf = (name: string, code: string): Way[] => [
    { name, file: file(code), preloads: [], environment: plain },
    { name: "with the preload, snapshot baked in", file: file(code), preloads, environment: baked },
    {
      name: "with the preload, snapshot read from control",
      file: file(code),
      preloads,
      environment: reading,
    },
  ];
  const [empty, ...meshed] = waysOf("an empty process", "empty.cjs");
  const modules = { ...empty!, name: "with `node:http` and `node:https`", preloads: [file("https.cjs")] };
  console.log(await sizes());
  console.log(`\n${await compare(waysOf("a function with the SDK", "sdk.cjs"))}`);
  console.log(`\n${await compare([empty!, modules, ...meshed])}`);
} finally {
  server.disconnect();
  await rm(folder, { recursive: true });
}
