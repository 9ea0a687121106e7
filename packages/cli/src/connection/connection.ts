/**
 * Finds the control plane that a command talks to: `--endpoint` or `TULLE_ENDPOINT` with `TULLE_TOKEN`,
 * else the local run of this folder.
 */
import { dirname, resolve } from "node:path";
import { type ControlClient, createControlClient } from "@tulle/control/client";
import { TulleError } from "@tulle/core/errors";
import type { CommandCall } from "../commands/command.ts";
import { type DevFile, findDevFile } from "./dev-file.ts";

export interface Connection {
  readonly control: ControlClient;
  readonly endpoint: string;
  /** The local run; null when the control plane was named by address. */
  readonly local: DevFile | null;
}

/** Throws TULLE6012 where nothing is named and no local run is known. */
export async function connect(call: CommandCall): Promise<Connection> {
  const { globals, terminal } = call;
  const named = globals.endpoint;
  const local = localRun(call);
  if (named === null && local === null)
    throw new TulleError("TULLE6012", `No \`tulle dev\` is running for ${terminal.cwd}.`);
  const isLocal = local !== null && (named === null || sameOrigin(named, local.control.url));
  const endpoint = named ?? local!.control.url;
  const token = isLocal ? local.control.token : (terminal.env["TULLE_TOKEN"] ?? "");
  const control = createControlClient({
    url: endpoint,
    token,
    timeoutMs: globals.timeoutMs,
    signal: call.signal,
  });
  return { control, endpoint, local: isLocal ? local : null };
}

/** As `connect`, for commands that need the platform as well. */
export async function connectLocally(call: CommandCall): Promise<Connection & { readonly local: DevFile }> {
  const connection = await connect(call);
  if (connection.local === null)
    throw new TulleError(
      "TULLE6012",
      "This command needs the platform of a local run, and --endpoint names none.",
    );
  return { ...connection, local: connection.local };
}

export function localRun({ globals, terminal }: CommandCall): DevFile | null {
  const start = globals.config === null ? terminal.cwd : dirname(resolve(terminal.cwd, globals.config));
  return findDevFile(start, terminal.env["TULLE_DATA"]);
}

function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}
