/**
 * A whole mesh on this machine: the composition root.
 *
 * Control, platform, preload and configuration start side by side, because `npm start` to the first
 * answered invocation has a second; publishing, deploying and gateways follow, side by side again. Closing
 * goes the way that requests come: gateways first, then the platform, control last, so that nothing loses
 * what it stands on.
 */

import { type ControlClient, createControlClient, type PublishAnswer } from "@tulle/control/client";
import type { MeshConfig } from "@tulle/core/model";
import type { Platform, SessionCredentials } from "@tulle/platform";
import { removeDevFile, writeDevFile } from "../connection/dev-file.ts";
import { loadConfiguration } from "../mesh-file/load.ts";
import { watchEpoch } from "./epoch-watch.ts";
import type { Watching } from "./file-watch.ts";
import { keepInStep } from "./keep-in-step.ts";
import { MeshLife } from "./mesh-life.ts";
import type { DevOptions } from "./options.ts";
import { type Parts, STOP_GRACE_MS, startParts } from "./parts.ts";
import { type Settled, settle } from "./settled.ts";

export interface DevSession {
  readonly urls: {
    readonly control: string;
    readonly platform: string;
    /** Gateway name to URL. */
    readonly gateways: Readonly<Record<string, string>>;
  };
  readonly configFile: string;
  readonly dataFolder: string;
  readonly operatorToken: string;
  readonly control: ControlClient;
  readonly platform: Platform;
  /** The configuration that was applied last. */
  readonly config: () => MeshConfig;
  /** Newest published version that the run has heard of. */
  readonly version: () => number;
  /** Credentials of the platform whose caller is `principal`. */
  credentialsFor(principal: string): SessionCredentials;
  /** Control's token of a caller. */
  tokenFor(caller: string): Promise<string>;
  /**
   * Reads the configuration again and applies it, with another environment where one is named (null for
   * none).
   */
  apply(change?: { readonly environment?: string | null; readonly message?: string }): Promise<PublishAnswer>;
  /** Name and process id of every part that is a process of its own and runs now. */
  processes(): readonly { readonly name: string; readonly pid: number }[];
  /** Stops everything in order. Calling it again waits for the same end. */
  close(): Promise<void>;
  /** Ends every process at once, for whoever cannot wait. */
  kill(): void;
}

/**
 * Starts a run. On failure nothing is left running, and the error is the coded one of the part that failed.
 */
export async function startDev(options: DevOptions = {}): Promise<DevSession> {
  const settled = await settle(options);
  const epoch = { version: 0 };
  const { configFile: file, environment } = settled;
  // Not before the parts have begun to start.
  const loading = Promise.resolve().then(() => loadConfiguration({ file, folder: ".", environment }));
  const starting = startParts(settled, () => (epoch.version === 0 ? null : epoch.version), loading);
  const [loaded, started] = await Promise.allSettled([loading, starting]);
  if (started.status === "rejected") throw loaded.status === "rejected" ? loaded.reason : started.reason;
  const parts = started.value;
  const stopping = new AbortController();
  const noteVersion = (version: number) => {
    epoch.version = Math.max(epoch.version, version);
  };
  try {
    if (loaded.status === "rejected") throw loaded.reason;
    options.signal?.throwIfAborted();
    const life = new MeshLife(settled, parts, { mesh: loaded.value, noteVersion });
    const watching = await goLive(life, {
      settled,
      parts,
      stopping,
      version: () => epoch.version,
      noteVersion,
    });
    return sessionOf(life, { settled, parts, stopping, watching, version: () => epoch.version });
  } catch (error) {
    stopping.abort();
    await closeParts(parts);
    throw error;
  }
}

interface Running {
  readonly settled: Settled;
  readonly parts: Parts;
  readonly stopping: AbortController;
  readonly version: () => number;
}

async function goLive(
  life: MeshLife,
  run: Running & { readonly noteVersion: (version: number) => void },
): Promise<Watching> {
  const { settled, parts, stopping } = run;
  try {
    await life.bringUp();
    writeDevFile(settled.folder.path, {
      format: 1,
      pid: process.pid,
      configFile: settled.configFile,
      control: { url: parts.control.url, token: parts.control.operatorToken },
      platform: platformFacts(parts),
      gateways: gatewayUrls(life),
    });
    const { url, operatorToken: token } = parts.control;
    void watchEpoch({
      client: createControlClient({ url, token, signal: stopping.signal }),
      known: run.version,
      onVersion: async (version) => {
        run.noteVersion(version);
        await life.follow();
      },
      signal: stopping.signal,
    });
    return settled.watch ? await keepInStep(life, settled) : { close: async () => {} };
  } catch (error) {
    await life.stopGateways();
    throw error;
  }
}

function platformFacts({ platform: { platform } }: Parts) {
  const { url, region, accountId, rootCredentials } = platform;
  const { accessKeyId, secretAccessKey } = rootCredentials;
  return { url, region, accountId, accessKeyId, secretAccessKey };
}

function gatewayUrls(life: MeshLife): Readonly<Record<string, string>> {
  return Object.fromEntries([...life.gateways].map(([name, gateway]) => [name, gateway.child.ready.url]));
}

function sessionOf(life: MeshLife, run: Running & { readonly watching: Watching }): DevSession {
  const { parts, settled } = run;
  const { control } = parts;
  const { platform } = parts.platform;
  let closing: Promise<void> | null = null;
  return {
    get urls() {
      return { control: control.url, platform: platform.url, gateways: gatewayUrls(life) };
    },
    configFile: settled.configFile,
    dataFolder: settled.folder.path,
    operatorToken: control.operatorToken,
    control: control.client,
    platform,
    config: () => life.mesh.config,
    version: run.version,
    credentialsFor: (principal) => platform.issueCredentials(principal),
    tokenFor: (caller) => life.tokenFor(caller),
    apply: ({ environment, message = "apply" } = {}) =>
      life.apply({ message, ...(environment !== undefined && { environment }) }),
    processes: () =>
      [
        { name: "control", pid: control.process.pid() },
        ...[...life.gateways].map(([name, gateway]) => ({ name: `gateway/${name}`, pid: gateway.pid() })),
      ].filter((one): one is { name: string; pid: number } => one.pid !== null),
    close: () => (closing ??= closeRun(life, run)),
    kill: () => {
      for (const gateway of life.gateways.values()) gateway.kill();
      control.process.kill();
      parts.platform.kill();
      removeDevFile(settled.folder.path);
    },
  };
}

function closeRun(life: MeshLife, run: Running & { readonly watching: Watching }): Promise<void> {
  run.stopping.abort();
  return inOrder([
    () => run.watching.close(),
    () => life.stopGateways(),
    () => closeParts(run.parts),
    async () => removeDevFile(run.settled.folder.path),
  ]);
}

function closeParts({ platform, control }: Parts): Promise<void> {
  return inOrder([() => platform.close(), () => control.process.stop(STOP_GRACE_MS)]);
}

/** Takes every step, whatever came of those before; then throws the first failure. */
async function inOrder(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
