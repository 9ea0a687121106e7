/** The mesh as a function's code sees it: the front ends before a core. */
import { emptyContext } from "@tulle/core/context";
import { type DecisionRecord, recordDecision } from "@tulle/core/routing";
import { attachClient, detachClient } from "../attach/attach-client.ts";
import type { Transport } from "../data-plane/data-plane.ts";
import type { DecisionSink } from "../data-plane/engine.ts";
import { newTraceparent } from "../data-plane/layers/context.ts";
import { refusal } from "../data-plane/refusal.ts";
import { contextOfRecord } from "../invocation/inbound.ts";
import { metaOf } from "../invocation/invocation.ts";
import { newRequestState } from "../invocation/request-state.ts";
import { slimTransport } from "../wire/lambda-transport.ts";
import type { WireResponse } from "../wire/response-parser.ts";
import { type CoreOptions, createCore, type MeshCore, processCore } from "./core.ts";
import { fetchService } from "./fetch.ts";
import { answerOf, callFunction, payloadOf } from "./invoke.ts";
import type { InvokeOptions, Mesh } from "./mesh.ts";
import { newInvoker, wireOf } from "./process.ts";

export interface MeshOptions extends CoreOptions {
  /** Takes the place of signed requests to Lambda in `invoke` and `call`. */
  readonly transport?: Transport<WireResponse>;
  /** Is shown every decision. */
  readonly onDecision?: (record: DecisionRecord) => void;
}

/** A mesh of its own, from what is given and, for the rest, from the environment; it registers nothing. */
export function createMesh(options: MeshOptions = {}): Mesh {
  const { onDecision, transport, ...rest } = options;
  const decisionSink: DecisionSink | undefined =
    onDecision && ((...made) => onDecision(recordDecision(...made)));
  return meshOf(createCore({ ...rest, ...(decisionSink && { decisionSink }) }), transport);
}

/** The mesh of this process: one data plane for the preload and for every copy of this package. */
export function processMesh(): Mesh {
  own ??= meshOf(processCore());
  return own;
}

let own: Mesh | undefined;

function meshOf(core: MeshCore, transport?: Transport<WireResponse>): Mesh {
  const { plane, scope, reporter, invocation, pool } = core;
  const { ports, caller } = plane;
  const slim = slimTransport(wireOf(core));
  const invoker = transport === undefined ? newInvoker(core) : { plane, transport };
  return {
    service: caller,
    plane,
    invocation,
    attach: (client) => attachClient(plane, client, slim),
    detach: detachClient,
    async invoke<T>(name: string, payload?: unknown, options?: InvokeOptions) {
      return answerOf(name, await callFunction(invoker, name, payloadOf(payload), options)) as T;
    },
    call: (name, payload, options) => callFunction(invoker, name, payload, options),
    fetch: (name, path, init) => fetchService(plane, pool, { name, path, init }),
    async resolve(name, options) {
      await plane.fresh();
      const target = plane.resolve(name, options?.key);
      if (target !== null) return target;
      throw refusal(plane.view === null ? "TULLE2011" : "TULLE2007", { caller, service: name });
    },
    handler: (handle) => async (event, lambda) => {
      if (scope.current() !== undefined) return handle(event, lambda);
      const meta = metaOf(lambda, ports.clock(), plane.platformTrace());
      return invocation(meta, async () => handle(event, lambda));
    },
    context: () => plane.context(),
    signal: () => scope.current()?.signal() ?? new AbortController().signal,
    contextOf: (record) => contextOfRecord(record, plane.context().deadlineMs),
    within(changes, work) {
      const context = { ...emptyContext, ...changes };
      context.traceparent ??= newTraceparent(ports.random);
      return scope.run(newRequestState(ports, context, plane.platformTrace()), work);
    },
    ready: async () => (await plane.fresh()) ?? undefined,
    snapshot: () => plane.view?.table.snapshot ?? null,
    noteEpoch: (version) => plane.enter(version),
    flush: () => reporter.flush(),
    use: (hooks) => void plane.hooks.push(hooks),
  };
}
