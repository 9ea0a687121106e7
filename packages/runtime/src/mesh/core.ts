/**
 * What every way into the mesh shares: the data plane, the request scope, the invocation hook, and where
 * snapshots and reports go.
 *
 * One process has one of these, kept under a registered symbol, because two data planes would each see half
 * of the calls and half of the failures. The preload needs no more than this, and the copy of the package in
 * a function's bundle puts its own front ends (`attach`, `invoke`, `fetch`) before the core that the preload
 * made.
 */
import type { Mode } from "@tulle/core/model";
import type { InvocationHook } from "@tulle/core/ports";
import type { DecisionSink } from "../data-plane/engine.ts";
import { newTraceparent } from "../data-plane/layers/context.ts";
import { MeshDataPlane } from "../data-plane/mesh-data-plane.ts";
import { nodePorts, type Ports } from "../data-plane/ports.ts";
import { createInvocationHook } from "../invocation/invocation.ts";
import { createRequestScope, type RequestScope } from "../invocation/request-state.ts";
import { createReporter, type Reporter } from "../reports/reporter.ts";
import { readBakedSnapshot } from "../snapshot-source/baked.ts";
import { createSnapshotSource } from "../snapshot-source/source.ts";
import { controlClient, type FetchSnapshot, type SendReport } from "../wire/control-client.ts";
import { parseEndpoint } from "../wire/endpoint.ts";
import type { Environment } from "../wire/lambda-transport.ts";
import { createPool, type Pool } from "../wire/pool.ts";

/** What a core is made from; the environment says what is not given. */
export interface CoreOptions {
  /** `TULLE_SERVICE`. */
  readonly service?: string;
  /** `TULLE_CONTROL`. */
  readonly control?: string;
  /** `TULLE_TOKEN`. */
  readonly token?: string;
  /** `TULLE_SNAPSHOT`. */
  readonly snapshotPath?: string;
  /** `TULLE_MODE`. */
  readonly mode?: Mode;
  /** `TULLE_MAX_STALE_MS`; default 10,000. */
  readonly maxStaleMs?: number;
  /** Default `process.env`. */
  readonly environment?: Environment;
  readonly ports?: Partial<Ports>;
  /** Takes the place of reading from control; null for no control. */
  readonly fetchSnapshot?: FetchSnapshot | null;
  /** Takes the place of reporting to control; null for no reports. */
  readonly sendReport?: SendReport | null;
  readonly decisionSink?: DecisionSink;
}

export interface MeshCore {
  readonly plane: MeshDataPlane;
  readonly scope: RequestScope;
  readonly reporter: Reporter;
  readonly invocation: InvocationHook;
  readonly pool: Pool;
  readonly environment: Environment;
}

export function createCore(options: CoreOptions): MeshCore {
  const settings = settingsOf(options);
  const { environment, pool } = settings;
  const scope = createRequestScope();
  const reporter = createReporter({ ...settings, send: settings.sendReport });
  const plane = new MeshDataPlane({
    ...settings,
    scope,
    reporter,
    platformTrace: () => environment["_X_AMZN_TRACE_ID"] ?? null,
  });
  plane.source = createSnapshotSource({
    ...settings,
    accept: (snapshot) => plane.swap(snapshot),
    count: (counter) => reporter.count(counter),
  });
  if (settings.mode !== "off") plane.source.start();
  const invocation = createInvocationHook({ plane, scope, reporter });
  return { plane, scope, reporter, invocation, pool, environment };
}

const CORE: unique symbol = Symbol.for("tulle.core.1") as never;
const HOOK: unique symbol = Symbol.for("tulle.invocation") as never;

/**
 * The core of this process, made from its environment at the first call; starts reading the snapshot then.
 */
export function processCore(): MeshCore {
  const shared = globalThis as { [CORE]?: MeshCore; [HOOK]?: InvocationHook };
  if (shared[CORE] === undefined) {
    shared[CORE] = createCore({});
    shared[HOOK] = shared[CORE].invocation;
  }
  return shared[CORE];
}

const DEFAULT_MAX_STALE_MS = 10_000;

function settingsOf(options: CoreOptions) {
  const environment = options.environment ?? process.env;
  const ports = { ...nodePorts, ...options.ports };
  const caller =
    options.service ?? environment["TULLE_SERVICE"] ?? environment["AWS_LAMBDA_FUNCTION_NAME"] ?? "";
  const pool = createPool(ports.clock);
  const base = options.control ?? environment["TULLE_CONTROL"] ?? "";
  const endpoint = parseEndpoint(base);
  if (endpoint === null && base !== "") say(ports, `TULLE_CONTROL is not an http URL: ${base}`);
  const token = options.token ?? environment["TULLE_TOKEN"] ?? null;
  const control = endpoint && controlClient({ pool, endpoint, caller, token });
  const snapshotPath = options.snapshotPath ?? environment["TULLE_SNAPSHOT"];
  const maxStaleMs = options.maxStaleMs ?? Number(environment["TULLE_MAX_STALE_MS"] || Number.NaN);
  return {
    environment,
    ports,
    pool,
    caller,
    environmentId: newTraceparent(ports.random).slice(3, 35),
    mode: options.mode ?? modeOf(environment["TULLE_MODE"], ports),
    maxStaleMs: maxStaleMs >= 0 ? maxStaleMs : DEFAULT_MAX_STALE_MS,
    onDecision: options.decisionSink ?? null,
    fetchSnapshot:
      options.fetchSnapshot === undefined ? (control?.fetchSnapshot ?? null) : options.fetchSnapshot,
    sendReport: options.sendReport === undefined ? (control?.sendReport ?? null) : options.sendReport,
    readBaked: () => readBakedSnapshot(snapshotPath),
  };
}

/**
 * A word that is no mode is said and otherwise not there: whoever misspells `enforce` must not switch the
 * mesh off.
 */
function modeOf(word: string | undefined, ports: Ports): Mode {
  const mode = word?.trim().toLowerCase();
  if (mode === "off" || mode === "observe" || mode === "enforce") return mode;
  if (mode) say(ports, `TULLE_MODE is not off, observe or enforce: ${word}`);
  return "enforce";
}

function say(ports: Ports, message: string): void {
  ports.warn({ level: "warn", source: "tulle", message });
}
