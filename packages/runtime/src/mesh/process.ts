/**
 * What most functions want of the mesh, as functions: a bundler leaves out everything that they do not use.
 * They work on the same core as `processMesh`, the preload and every other copy of this package.
 */
import { type AttachableClient, attachClient } from "../attach/attach-client.ts";
import { type LambdaWire, lambdaTransport, slimTransport } from "../wire/lambda-transport.ts";
import { type MeshCore, processCore } from "./core.ts";
import { answerOf, callFunction, type Invoker, payloadOf } from "./invoke.ts";
import type { InvokeOptions } from "./mesh.ts";

/** `Mesh.invoke` of this process's mesh. Errors: the same. */
export async function invoke<T = unknown>(
  name: string,
  payload?: unknown,
  options?: InvokeOptions,
): Promise<T> {
  invoker ??= newInvoker(processCore());
  return answerOf(name, await callFunction(invoker, name, payloadOf(payload), options)) as T;
}

let invoker: Invoker | undefined;

/** `Mesh.attach` of this process's mesh. Errors: the same. */
export function attach<C extends AttachableClient>(client: C): C {
  const core = processCore();
  return attachClient(core.plane, client, slimTransport(wireOf(core)));
}

/** What `invoke` needs of a core. */
export function newInvoker(core: MeshCore): Invoker {
  return { plane: core.plane, transport: lambdaTransport(wireOf(core), core.environment) };
}

/** What signed requests need of a core. */
export function wireOf({ plane, pool }: MeshCore): LambdaWire {
  return { pool, clock: plane.ports.clock, platformTrace: () => plane.platformTrace() };
}
