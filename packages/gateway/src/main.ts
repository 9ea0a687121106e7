/**
 * A gateway as a process of its own: `[--host ADDRESS] [--port N] [--constellation-header NAME]
 * [--with-parent]`.
 *
 * Reads its name, control and credentials from the environment, prints one JSON line when it takes
 * requests, and drains on SIGTERM.
 */
import { parseArgs } from "node:util";
import { isTulleError, TulleError } from "@tulle/core/errors";
import { createMesh, type Mesh } from "@tulle/runtime";
import { watchEpoch } from "./epoch-watch.ts";
import { createGateway } from "./gateway.ts";
import { meshUpstream } from "./upstream/mesh-upstream.ts";

const FLUSH_PACE_MS = 1_000;
const LAST_REPORT_MS = 200;

async function main(): Promise<void> {
  const { host, port, constellationHeader, withParent } = readArguments(process.argv.slice(2));
  const service = required("TULLE_SERVICE");
  const control = required("TULLE_CONTROL");
  const gatewayName = service.replace(/^gateway\//, "");
  if (gatewayName === service)
    throw new TulleError("TULLE5015", `TULLE_SERVICE is "${service}", not gateway/NAME.`);

  const mesh = createMesh({});
  const stop = new AbortController();
  const gateway = await createGateway({
    gatewayName,
    upstream: meshUpstream(mesh, gatewayName),
    host,
    port,
    constellationHeader,
    onProblem: (problem) => process.stderr.write(`${JSON.stringify(problem)}\n`),
  });
  await mesh.ready();
  keepFresh(mesh, control, stop.signal);
  process.stdout.write(`${JSON.stringify({ ready: true, url: gateway.url, port: gateway.port })}\n`);

  const drain = async () => {
    stop.abort();
    await gateway.close();
    mesh.flush();
    // Kept-alive connections to the platform must not keep the process.
    setTimeout(() => process.exit(0), LAST_REPORT_MS).unref();
  };
  process.once("SIGTERM", () => void drain());
  process.once("SIGINT", () => void drain());
  if (withParent) process.stdin.once("end", () => void drain()).resume();
}

/** A process that is not invoked has to ask for news and send its reports by itself. */
function keepFresh(mesh: Mesh, control: string, signal: AbortSignal): void {
  const flush = setInterval(() => mesh.flush(), FLUSH_PACE_MS);
  signal.addEventListener("abort", () => clearInterval(flush));
  void watchEpoch({
    control,
    token: process.env["TULLE_TOKEN"] ?? "",
    signal,
    onVersion: (version) => {
      mesh.noteEpoch(version);
      void mesh.plane.fresh();
    },
  });
}

interface Arguments {
  readonly host: string;
  readonly port: number;
  readonly constellationHeader: string | null;
  /** Whether to end when the pipe on standard input closes, which it does when the parent is gone. */
  readonly withParent: boolean;
}

function readArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: "0" },
        "constellation-header": { type: "string" },
        "with-parent": { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new TypeError(`${values.port} is no port`);
    return {
      host: values.host,
      port,
      constellationHeader: values["constellation-header"] ?? null,
      withParent: values["with-parent"],
    };
  } catch (cause) {
    throw new TulleError("TULLE5015", `The gateway's arguments: ${(cause as Error).message}.`, { cause });
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new TulleError("TULLE5015", `${name} is not set.`);
  return value;
}

main().catch((error: unknown) => {
  const text = isTulleError(error) ? `error[${error.code}]: ${error.message}` : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
