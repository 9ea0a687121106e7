/** How long a fresh process takes to its first answer. See README.md beside this file. */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle, PRELOAD_SOURCE } from "../bundle.ts";
import { CALLER, keys } from "../invoke-cpu/setting.ts";
import { median, spell, spreadOf } from "../measure.ts";
import { functions } from "./functions.ts";

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const execute = promisify(execFile);
const ROUNDS = Number(process.env["ROUNDS"] ?? 40);
const starter = join(import.meta.dirname, "start.cjs");
const folder = await mkdtemp(join(tmpdir(), "tulle-cold-path-"));
const server = fork(join(import.meta.dirname, "../invoke-cpu/server.ts"), { execArgv: process.execArgv });

try {
  const [port] = (await once(server, "message")) as [number];
  const endpoint = `http://127.0.0.1:${port}`;
  const plain = { PATH: process.env["PATH"], ...keys, AWS_ENDPOINT_URL_LAMBDA: endpoint };
  const meshed = { ...plain, TULLE_SERVICE: CALLER, TULLE_CONTROL: endpoint };
  const preload = join(folder, "preload.cjs");
  await bundle(PRELOAD_SOURCE, preload);
  const names = Object.keys(functions);
  const files = names.map((_, i) => join(folder, `${i}.cjs`));
  for (const [i, name] of names.entries()) await bundle(functions[name]!, files[i]);

  const samples: Sample[][] = names.map(() => []);
  for (let round = -2; round < ROUNDS; round++) {
    for (const [i, name] of names.entries()) {
      const options = name.includes("preload") ? ["-r", preload] : [];
      const environment = name.startsWith("bare") ? plain : meshed;
      const { stdout } = await execute(process.execPath, [...options, starter, files[i]!], {
        env: environment,
      });
      if (round >= 0) samples[i]!.push(JSON.parse(stdout) as Sample);
    }
  }
  console.log("| what | wall ms | CPU ms | wall, ratio to the first | CPU, ratio to the first |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const [i, name] of names.entries()) {
    const own = samples[i]!;
    const ratio = (of: (one: Sample) => number): string =>
      spell(spreadOf(own.map((one, round) => of(one) / of(samples[0]![round]!))));
    const middle = (of: (one: Sample) => number): string => median(own.map(of)).toFixed(1);
    console.log(
      `| ${name} | ${middle((one) => one.wallMs)} | ${middle((one) => one.cpuMs)} ` +
        `| ${ratio((one) => one.wallMs)} | ${ratio((one) => one.cpuMs)} |`,
    );
  }
} finally {
  server.disconnect();
  await rm(folder, { recursive: true });
}
