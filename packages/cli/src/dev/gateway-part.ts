/** The gateways of a configuration, each a supervised child with an identity of its own. */
import type { Platform } from "@tulle/platform";
import { startChild } from "./child.ts";
import { messageOf } from "./control-part.ts";
import type { DataFolder } from "./data-folder.ts";
import { entryPoint } from "./entry-points.ts";
import { type DevEvent, LOOPBACK } from "./options.ts";
import { type Supervised, supervise } from "./supervisor.ts";

export interface GatewayPartOptions {
  readonly name: string;
  readonly port: number;
  readonly folder: DataFolder;
  readonly controlUrl: string;
  readonly token: string;
  readonly snapshotFile: string;
  readonly platform: Pick<Platform, "issueCredentials" | "region" | "url">;
  readonly emit: (event: DevEvent) => void;
}

export function startGateway(options: GatewayPartOptions): Promise<Supervised> {
  const { emit } = options;
  const source = `gateway/${options.name}`;
  return supervise({
    start: (kept) =>
      startChild({
        name: source,
        entry: entryPoint("@tulle/gateway/main"),
        args: ["--host", LOOPBACK, "--port", String(kept ?? options.port)],
        env: gatewayEnvironment(source, options),
        onLine: (line) => emit({ kind: "log", source, text: readable(line) }),
      }),
    onDown: (how) => emit({ kind: "problem", source, text: `ended with ${how}` }),
    onUp: ({ pid }) => emit({ kind: "note", source, text: `is back as process ${pid}` }),
    onFailedStart: (error) => emit({ kind: "problem", source, text: `did not start: ${messageOf(error)}` }),
  });
}

/** A gateway logs refused requests as JSON; people get the sentence in it. */
function readable(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const { method, path, status, code, message, requestId } = JSON.parse(line) as Record<string, unknown>;
    return code === undefined
      ? line
      : `${method} ${path} ${status} ${code}: ${message} (request ${requestId})`;
  } catch {
    return line;
  }
}

function gatewayEnvironment(caller: string, options: GatewayPartOptions): Readonly<Record<string, string>> {
  const { platform, folder } = options;
  const credentials = platform.issueCredentials(caller);
  return {
    TULLE_SERVICE: caller,
    TULLE_CONTROL: options.controlUrl,
    TULLE_TOKEN: options.token,
    TULLE_SNAPSHOT: options.snapshotFile,
    AWS_REGION: platform.region,
    AWS_ENDPOINT_URL_LAMBDA: platform.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    NODE_COMPILE_CACHE: folder.compileCache,
  };
}
