/** Puts a mesh together: from what is given, and where nothing is, from the function's environment. */
import type { RequestContext } from "@tulle/core/context";
import { emptyContext } from "@tulle/core/context";
import { TulleError } from "@tulle/core/errors";
import type { Mode } from "@tulle/core/model";
import type { DecisionRecord } from "@tulle/core/routing";
import { attachClient, detachClient } from "../attach/attach-client.ts";
import type { ResolvedTarget, Transport } from "../data-plane/data-plane.ts";
import { newTraceparent } from "../data-plane/layers/context.ts";
import { MeshDataPlane } from "../data-plane/mesh-data-plane.ts";
import { nodePorts, type Ports } from "../data-plane/ports.ts";
import { contextOfRecord } from "../invocation/inbound.ts";
import { createInvocationHook, metaOf } from "../invocation/invocation.ts";
import { createRequestScope, newRequestState } from "../invocation/request-state.ts";
import { createReporter } from "../reports/reporter.ts";
import { readBakedSnapshot } from "../snapshot-source/baked.ts";
import { createSnapshotSource } from "../snapshot-source/source.ts";
import { controlClient, type FetchSnapshot, type SendReport } from "../wire/control-client.ts";
import { parseEndpoint } from "../wire/endpoint.ts";
import type { WireResponse } from "../wire/exchange.ts";
import { type Environment, lambdaTransport, slimTransport } from "../wire/lambda-transport.ts";
import { createPool } from "../wire/pool.ts";
import { fetchService } from "./fetch.ts";
import { answerOf, callFunction, payloadOf } from "./invoke.ts";
import type { Mesh } from "./mesh.ts";

/** What a mesh is made from; the environment says what is not given. */
export interface MeshOptions {
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
  /** Takes the place of signed requests to Lambda in `invoke` and `call`. */
  readonly transport?: Transport<WireResponse>;
  /** Is shown every decision. */
  readonly onDecision?: (record: DecisionRecord) => void;
}

export function createMesh(options: MeshOptions): Mesh {
  const settings = settingsOf(options);
  const { environment, ports, pool } = settings;
  const scope = createRequestScope();
  const reporter = createReporter({ ...settings, send: settings.sendReport });
  const plane = new MeshDataPlane({
    ...settings,
    scope,
    reporter,
    platformTrace: () => environment["_X_AMZN_TRACE_ID"] ?? null,
  });
  const source = createSnapshotSource({
    ...settings,
    accept: (snapshot) => plane.swap(snapshot),
    count: (counter) => reporter.count(counter),
  });
  plane.source = source;
  if (settings.mode !== "off") source.start();

  const wire = { pool, clock: ports.clock, platformTrace: () => plane.platformTrace() };
  const slim = slimTransport(wire);
  const invoker = { plane, transport: options.transport ?? lambdaTransport(wire, environment) };
  const invocation = createInvocationHook({ plane, scope, reporter });
  const context = (): RequestContext => plane.context();
  return {
    service: settings.caller,
    plane,
    invocation,
    attach: (client) => attachClient(plane, client, slim),
    detach: detachClient,
    async invoke<T>(name: string, payload?: unknown, how = {}) {
      return answerOf(name, await callFunction(invoker, name, payloadOf(payload), how)) as T;
    },
    call: (name, payload, how) => callFunction(invoker, name, payload, how),
    fetch: (name, path, init) => fetchService(plane, pool, { name, path, init }),
    async resolve(name, { key = null }: { readonly key?: string | null } = {}) {
      await plane.fresh();
      return plane.resolve(name, key) ?? notFound(plane, name);
    },
    handler: (handle) => async (event, lambda) => {
      if (scope.current() !== undefined) return handle(event, lambda);
      const meta = metaOf(lambda, ports.clock(), plane.platformTrace());
      return invocation(meta, async () => handle(event, lambda));
    },
    context,
    signal: () => scope.current()?.signal() ?? new AbortController().signal,
    contextOf: (record) => contextOfRecord(record, context().deadlineMs),
    within(changes, work) {
      const merged = { ...emptyContext, ...changes };
      merged.traceparent ??= newTraceparent(ports.random);
      const state = newRequestState(ports, merged, plane.platformTrace());
      return scope.run(state, work);
    },
    ready: async () => (await plane.fresh()) ?? undefined,
    snapshot: () => plane.view?.table.snapshot ?? null,
    noteEpoch: (version) => source.enter(version),
    flush: () => reporter.flush(),
    use: (hooks) => void plane.hooks.push(hooks),
  };
}

const DEFAULT_MAX_STALE_MS = 10_000;

function settingsOf(options: MeshOptions) {
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
    onDecision: options.onDecision ?? null,
    fetchSnapshot:
      options.fetchSnapshot === undefined ? (control?.fetchSnapshot ?? null) : options.fetchSnapshot,
    sendReport: options.sendReport === undefined ? (control?.sendReport ?? null) : options.sendReport,
    readBaked: () => readBakedSnapshot(snapshotPath),
  };
}

/** A word that is no mode is said and otherwise not there: whoever misspells `enforce` must not switch the mesh off. */
function modeOf(word: string | undefined, ports: Ports): Mode {
  const mode = word?.trim().toLowerCase();
  if (mode === "off" || mode === "observe" || mode === "enforce") return mode;
  if (mode) say(ports, `TULLE_MODE is not off, observe or enforce: ${word}`);
  return "enforce";
}

function notFound(plane: MeshDataPlane, name: string): ResolvedTarget {
  throw new TulleError(
    plane.view === null ? "TULLE2011" : "TULLE2007",
    plane.view === null
      ? `"${name}" cannot be found: "${plane.caller}" has no snapshot of the mesh`
      : `"${name}" is not among the names that "${plane.caller}" uses`,
    { context: { caller: plane.caller, name } },
  );
}

function say(ports: Ports, message: string): void {
  ports.warn({ level: "warn", source: "tulle", message });
}
