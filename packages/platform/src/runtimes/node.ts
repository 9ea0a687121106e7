import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import type { Launch, LaunchRequest, RuntimeDriver } from "./driver.ts";

/**
 * Node functions, run by the Node that runs the platform.
 *
 * The runtime client in `bootstrap/` is bundled into one CommonJS file when the platform starts: a process
 * then reads one small file and strips no types. A spare is the same process with `--spare`; it fits a
 * function only where nothing has to be known before Node starts, which leaves out most variables that Node
 * itself reads.
 */
export function createNodeDriver(dataFolder: string): RuntimeDriver {
  const folder = join(dataFolder, "runtime", "node");
  const bootstrap = writeBootstrap(folder);
  const launch = (
    args: readonly string[],
    request: Pick<LaunchRequest, "codeFolder" | "environment">,
  ): Launch => ({
    command: process.execPath,
    args: [bootstrap, ...args],
    cwd: request.codeFolder,
    env: request.environment,
    channel: true,
  });
  return {
    runs: (runtime) => RUNTIME.test(runtime),
    version: `node ${process.version}`,
    folder,
    difference,
    launch: (request) => launch([], withNodePath(request)),
    spare: {
      launch: () => launch(["--spare"], { codeFolder: folder, environment: spareEnvironment() }),
      fits,
      assignment,
    },
  };
}

/** Handler that a spare loads before it knows its function. */
const WARM_UP = "exports.handler = async () => null;\n";

const RUNTIME = /^nodejs(20|22|24)\.x$/;

/** What Node reads before it runs anything; a process that already runs cannot be told any more. */
const READ_AT_START = /^(NODE_(?!ENV$|OPTIONS$|PATH$)|LC_|LD_|DYLD_|SSL_|OPENSSL_|UV_|ICU_)/;
const PRELOADS_ONLY = /^\s*((-r|--require)[ =][^\s"\\]+\s*)*$/;

function difference(runtime: string): string | null {
  const wanted = RUNTIME.exec(runtime)?.[1];
  const have = process.versions.node.split(".", 1)[0];
  return wanted === have ? null : `${runtime} runs on node ${process.version} here, the Node of the platform`;
}

/** On Lambda the task root is on NODE_PATH, so that `require("lib/x")` works from anywhere in the code. */
function withNodePath(request: LaunchRequest): LaunchRequest {
  return { ...request, environment: { NODE_PATH: request.codeFolder, ...request.environment } };
}

function fits({ environment }: LaunchRequest): boolean {
  if (!PRELOADS_ONLY.test(environment["NODE_OPTIONS"] ?? "")) return false;
  return !Object.keys(environment).some((name) => READ_AT_START.test(name));
}

function assignment(request: LaunchRequest): string {
  const { codeFolder, environment } = withNodePath(request);
  const options = environment["NODE_OPTIONS"] ?? "";
  const preloads = [...options.matchAll(/(?:-r|--require)[ =]([^\s]+)/g)].map((match) => match[1]);
  return JSON.stringify({ codeFolder, environment, preloads });
}

function spareEnvironment(): Record<string, string> {
  return { LANG: "en_US.UTF-8", TZ: ":UTC" };
}

function writeBootstrap(folder: string): string {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const built = buildSync({
    entryPoints: [fileURLToPath(new URL(`../bootstrap/main.${extension}`, import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
  });
  const text = built.outputFiles[0]!.text;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const file = join(folder, `bootstrap-${hash}.cjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  writeFileSync(join(folder, "warm-up.js"), WARM_UP);
  return file;
}
