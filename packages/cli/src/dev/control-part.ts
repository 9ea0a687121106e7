/** Control as a supervised child, with its client. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ControlClient, createControlClient } from "@tulle/control/client";
import { invariant } from "@tulle/core/errors";
import { startChild } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { entryPoint } from "./entry-points.ts";
import type { DevEvent } from "./options.ts";
import { type Supervised, supervise } from "./supervisor.ts";

export interface ControlPart {
  readonly url: string;
  readonly operatorToken: string;
  readonly client: ControlClient;
  readonly process: Supervised;
}

export interface ControlPartOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly emit: (event: DevEvent) => void;
}

export async function startControl({ folder, port, emit }: ControlPartOptions): Promise<ControlPart> {
  const source = "control";
  const process = await supervise({
    start: (kept) =>
      startChild({
        name: source,
        entry: entryPoint("@tulle/control/main"),
        args: ["--data", folder.control, "--port", String(kept ?? port)],
        env: { NODE_COMPILE_CACHE: folder.compileCache },
        onLine: (text) => emit({ kind: "log", source, text }),
      }),
    onDown: (how) => emit({ kind: "problem", source, text: `ended with ${how}; calls go on without it` }),
    onUp: ({ pid }) => emit({ kind: "note", source, text: `is back as process ${pid}` }),
    onFailedStart: (error) => emit({ kind: "problem", source, text: `did not start: ${messageOf(error)}` }),
  });
  const { url } = process.child.ready;
  const operatorToken = readOperatorToken(folder);
  return { url, operatorToken, process, client: createControlClient({ url, token: operatorToken }) };
}

/** Control leaves the operator's token where only the owner of the folder can read it. */
function readOperatorToken(folder: DataFolder): string {
  const text = readFileSync(join(folder.control, "control.json"), "utf8");
  const { token } = JSON.parse(text) as { token?: unknown };
  invariant(typeof token === "string", "control announces the operator's token");
  return token;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
