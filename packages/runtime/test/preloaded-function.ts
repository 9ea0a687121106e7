/**
 * An unmodified function, bundled with its own SDK and minified, that runs in a process of its own under the
 * preload.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, type Format } from "esbuild";
import { type FleetOptions, fleetSnapshot } from "./fleet.ts";
import { credentials } from "./signed-service.ts";

const execute = promisify(execFile);

export interface Result {
  readonly output?: Record<string, unknown> & { $metadata: Record<string, unknown> };
  readonly error?: {
    name: string;
    message: string;
    code?: string;
    $metadata?: Record<string, unknown>;
    is: string[];
  };
}

export interface Run {
  readonly results: Readonly<Record<string, Result>>;
  readonly stderr: string;
}

export interface RunOptions extends FleetOptions {
  readonly format?: Format;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface PreloadedFunction {
  readonly folder: string;
  /** Path of the preload's bundle. */
  readonly preload: string;
  /** Runs steps of the function; services stand in at `endpoint`. */
  run(endpoint: string, steps: readonly string[], options?: RunOptions): Promise<Run>;
  remove(): Promise<void>;
}

export async function bundleFunction(formats: readonly Format[]): Promise<PreloadedFunction> {
  const folder = await mkdtemp(join(tmpdir(), "tulle-preload-"));
  const preload = join(folder, "preload.cjs");
  const file = (format: Format): string => join(folder, format === "esm" ? "function.mjs" : "function.cjs");
  const common = { bundle: true, minify: true, platform: "node" } as const;
  const bundles = formats.map((format) =>
    build({
      ...common,
      entryPoints: [join(import.meta.dirname, "unmodified-function.mjs")],
      format,
      outfile: file(format),
      ...(format === "esm" && {
        banner: {
          js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
        },
      }),
    }),
  );
  const entryPoints = [join(import.meta.dirname, "../src/preload/preload.ts")];
  await Promise.all([
    ...bundles,
    build({ ...common, entryPoints, format: "cjs", conditions: ["tulle-source"], outfile: preload }),
  ]);
  let runs = 0;
  return {
    folder,
    preload,
    async run(endpoint, steps, { format = "cjs", environment = {}, ...fleet } = {}) {
      const snapshot = join(folder, `snapshot-${runs++}.json`);
      await writeFile(snapshot, JSON.stringify(fleetSnapshot(fleet)));
      const env = {
        PATH: process.env["PATH"],
        NODE_OPTIONS: `-r ${preload}`,
        TULLE_SERVICE: "dispatch",
        TULLE_SNAPSHOT: snapshot,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
        AWS_ENDPOINT_URL: endpoint,
        ...environment,
      };
      const options = { timeout: 20_000, env };
      const { stdout, stderr } = await execute(process.execPath, [file(format), ...steps], options);
      return { results: JSON.parse(stdout), stderr };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
