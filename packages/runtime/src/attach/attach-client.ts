/**
 * Attaching the mesh to an AWS SDK v3 client: the instance's `send` is replaced, and nothing else of it.
 *
 * Not a middleware, which sees neither the configuration nor the abort signal; not the class, which is shared
 * with clients that nobody attached. What `send` would have been is looked up at the moment of the call, so
 * that a tracer or a stub put on the prototype later still sees the call. Whatever names nothing in the mesh
 * reaches that `send` as it came: same `this`, same arguments, same return value.
 */
import { TulleError } from "@tulle/core/errors";
import type { DataPlane, RoutedService } from "../data-plane/data-plane.ts";
import { driverOfClient } from "../resources/registry.ts";
import { type Attachment, invokeThroughMesh } from "./invoke-call.ts";
import { invokeKinds } from "./invoke-kind.ts";
import { operationOf } from "./operation.ts";
import { rewriteResources } from "./resource-call.ts";
import type { SdkClient, SdkCommand, SdkOptions, SdkSend } from "./sdk.ts";
import type { SlimTransport } from "./slim.ts";

/** The part of a client that attaching needs; every AWS SDK v3 client has it. */
export interface AttachableClient {
  readonly config: object;
  readonly middlewareStack: object;
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's overloads of `send` fit no narrower signature.
  send(...args: any[]): any;
}

const mark: unique symbol = Symbol.for("tulle.attached");

interface AttachedSend extends SdkSend {
  [mark]?: AttachedState;
}

interface AttachedState {
  plane: DataPlane | null;
  /** The instance's own `send` before attaching; null where the prototype's is used. */
  readonly own: SdkSend | null;
}

/**
 * Routes the calls of a client through a data plane and returns the client. Attaching twice is attaching
 * once.
 *
 * Errors: TULLE2050 for a value that is no SDK client.
 */
export function attachClient<C extends AttachableClient>(
  plane: DataPlane,
  client: C,
  slim: SlimTransport,
): C {
  const target = asSdkClient(client);
  const state = (target.send as AttachedSend)[mark];
  if (state !== undefined) {
    state.plane = plane;
    return client;
  }
  const own = Object.hasOwn(target, "send") ? target.send : null;
  const attached: AttachedState = { plane, own };
  const send: AttachedSend = meshSend(target, attached, slim);
  send[mark] = attached;
  Object.defineProperty(target, "send", {
    value: send,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return client;
}

/** Gives a client its own `send` back; a client that is not attached stays as it is. */
export function detachClient<C extends AttachableClient>(client: C): C {
  const target = asSdkClient(client);
  const state = (target.send as AttachedSend)[mark];
  if (state === undefined) return client;
  state.plane = null;
  if (state.own === null) Reflect.deleteProperty(target, "send");
  else target.send = state.own;
  return client;
}

function asSdkClient(client: unknown): SdkClient {
  const candidate = Object(client) as Partial<SdkClient>;
  if (
    typeof candidate.send === "function" &&
    typeof candidate.config === "object" &&
    typeof candidate.middlewareStack?.applyToStack === "function"
  )
    return candidate as SdkClient;
  throw new TulleError(
    "TULLE2050",
    "attach was given something that is not a client of the AWS SDK for JavaScript v3",
  );
}

function meshSend(client: SdkClient, state: AttachedState, slim: SlimTransport): SdkSend {
  const facts: Attachment["facts"] = { standard: null, payloadClass: null };
  const route = routeOf(client);
  return function send(this: unknown, command, ...rest) {
    const original = state.own ?? (Object.getPrototypeOf(client) as SdkClient).send;
    const { plane } = state;
    const untouched = (): unknown => original.call(this, command, ...rest);
    if (plane === null || plane.isOff || typeof command?.input !== "object") return untouched();
    const run = (): unknown =>
      route({ plane, slim, facts }, { client, command, send: original, untouched, rest });
    const fresh = plane.fresh();
    if (fresh === null) return run();
    const later = fresh.then(run);
    return callbackIn(rest) === undefined ? later : undefined;
  };
}

/** A `send` on its way through the mesh. */
interface Sending {
  readonly client: SdkClient;
  readonly command: SdkCommand;
  readonly send: SdkSend;
  readonly untouched: () => unknown;
  /** Options and callback, in the SDK's two orders. */
  readonly rest: readonly unknown[];
}

type Route = (attachment: Attachment, sending: Sending) => unknown;

function routeOf(client: SdkClient): Route {
  const { serviceId } = client.config;
  if (serviceId === "Lambda") return routeInvoke;
  const driver = driverOfClient(serviceId);
  if (driver === undefined) return (_attachment, { untouched }) => untouched();
  return ({ plane }, { command, send, untouched, rest }) => {
    if (plane.mode !== "enforce") return untouched();
    let rewritten: SdkCommand;
    try {
      rewritten = rewriteResources(plane, driver, { client, command });
    } catch (refusal) {
      return settle(Promise.reject(refusal), rest);
    }
    return rewritten === command ? untouched() : send.call(client, rewritten, ...rest);
  };
}

function routeInvoke(attachment: Attachment, sending: Sending): unknown {
  const { client, command, send, untouched, rest } = sending;
  const operation = operationOf(command, client);
  const kind = invokeKinds[operation];
  const service = kind === undefined ? undefined : lookup(attachment.plane, command.input["FunctionName"]);
  if (kind === undefined || service === undefined) return untouched();
  const [first] = rest;
  const options = typeof first === "object" && first !== null ? (first as SdkOptions) : undefined;
  return settle(
    invokeThroughMesh(attachment, { client, command, options, send, kind, operation }, service),
    rest,
  );
}

function lookup(plane: DataPlane, functionName: unknown): RoutedService | undefined {
  if (typeof functionName !== "string") return undefined;
  const service = plane.lookup(functionName);
  return service?.backend === "function" ? service : undefined;
}

/** As the SDK's `send`: a callback gets the result and nothing is returned, else a promise is. */
function settle(result: Promise<unknown>, rest: readonly unknown[]): unknown {
  const callback = callbackIn(rest);
  if (callback === undefined) return result;
  result
    .then(
      (output) => callback(null, output),
      (error: unknown) => callback(error),
    )
    .catch(() => {});
  return undefined;
}

type Callback = (error: unknown, output?: unknown) => void;

function callbackIn(rest: readonly unknown[]): Callback | undefined {
  return rest.find((argument): argument is Callback => typeof argument === "function");
}
