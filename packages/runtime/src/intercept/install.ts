/**
 * Interception: `http.request` and `https.request` replaced for a whole process, for functions whose bundle
 * carries its own SDK.
 *
 * `syncBuiltinESMExports` makes the replacement visible to ES modules too. What is not signed for a service
 * that the mesh knows goes to the original function with the original arguments, and what that returns is
 * returned. `fetch` and HTTP/2 do not pass here. A loader hook would see more and cost 40 ms.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { syncBuiltinESMExports } from "node:module";
import type { DataPlane } from "../data-plane/data-plane.ts";
import { driverOfScope } from "../resources/registry.ts";
import { createPool, type Pool } from "../wire/pool.ts";
import { AnsweredCalls } from "./answered-calls.ts";
import { isDirect, provideDirect } from "./direct.ts";
import { callIntercepted } from "./lambda-call.ts";
import { type LambdaRequest, lambdaEndpoints, readLambdaRequest } from "./lambda-request.ts";
import { MeshRequest, type Reply } from "./mesh-request.ts";
import { Notices } from "./notices.ts";
import { type Outgoing, type RequestFunction, readOutgoing } from "./outgoing.ts";
import { requestResource } from "./resource-request.ts";
import { canSignFor } from "./signing.ts";

/** Gives the process its own functions back. */
export type Uninstall = () => void;

/** Starts intercepting; requests that are under way stay as they are. */
export function installInterception(
  plane: DataPlane,
  environment: NodeJS.ProcessEnv,
  pool: Pool = createPool(Date.now),
): Uninstall {
  provideDirect(() => new AsyncLocalStorage());
  const interceptor = new Interceptor(plane, pool, lambdaEndpoints(environment));
  // The modules themselves: a bundler's view of an import is a copy.
  const { getBuiltinModule: builtin } = process;
  const restore = [
    replace(builtin("node:http"), "http:", interceptor),
    replace(builtin("node:https"), "https:", interceptor),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
  };
}

type Module = { request: unknown; get: unknown };

function replace(module: Module, protocol: "http:" | "https:", interceptor: Interceptor): Uninstall {
  const { request, get } = module;
  const original = request as RequestFunction;
  let active = true;
  const intercepted: RequestFunction = (...args) =>
    active ? interceptor.request(protocol, original, args) : original(...args);
  const interceptedGet: RequestFunction = (...args) => {
    const made = intercepted(...args);
    made.end();
    return made;
  };
  Object.assign(module, { request: intercepted, get: interceptedGet });
  return () => {
    active = false;
    // Somebody may have wrapped these since; what they wrapped then only passes on.
    if (module.request === intercepted) module.request = request;
    if (module.get === interceptedGet) module.get = get;
  };
}

class Interceptor {
  readonly #plane: DataPlane;
  readonly #pool: Pool;
  readonly #endpoints: readonly URL[];
  readonly #notices: Notices;
  readonly #answered = new AnsweredCalls();

  constructor(plane: DataPlane, pool: Pool, endpoints: readonly URL[]) {
    this.#plane = plane;
    this.#pool = pool;
    this.#endpoints = endpoints;
    this.#notices = new Notices(plane);
  }

  request(
    protocol: "http:" | "https:",
    original: RequestFunction,
    args: readonly unknown[],
  ): ReturnType<RequestFunction> {
    const outgoing = isDirect() || this.#plane.isOff ? null : readOutgoing(protocol, args);
    if (outgoing === null) return original(...args);
    const lambda = readLambdaRequest(outgoing, this.#endpoints);
    if (lambda !== null) return this.#invoke(original, args, { outgoing, lambda });
    const driver = driverOfScope(outgoing.authorization.service);
    if (driver === undefined) return original(...args);
    return requestResource({ plane: this.#plane, notices: this.#notices, driver, outgoing }, original, args);
  }

  /**
   * Where the snapshot has to be waited for, a request for another function is made once it is known to be
   * one.
   */
  #invoke(
    original: RequestFunction,
    args: readonly unknown[],
    { outgoing, lambda }: { readonly outgoing: Outgoing; readonly lambda: LambdaRequest },
  ): ReturnType<RequestFunction> {
    const fresh = this.#plane.fresh();
    if (fresh === null && !this.#isOurs(outgoing, lambda)) return original(...args);
    const perform = async (body: Buffer, signal: AbortSignal): Promise<Reply> => {
      const recalled = this.#answered.recall(outgoing);
      if (recalled !== undefined) return recalled;
      await fresh;
      const call = { request: original, outgoing, lambda };
      const service = this.#isOurs(outgoing, lambda) ? this.#plane.lookup(lambda.functionName) : undefined;
      if (service === undefined) return relay(call, body, signal);
      const reply = await callIntercepted(this.#plane, call, { service, body, signal, pool: this.#pool });
      if ("status" in reply && service.mode === "enforce") this.#answered.remember(outgoing, reply);
      return reply;
    };
    return new MeshRequest(outgoing, perform) as unknown as ReturnType<RequestFunction>;
  }

  #isOurs(outgoing: Outgoing, { functionName }: LambdaRequest): boolean {
    if (this.#plane.lookup(functionName)?.backend !== "function") return false;
    if (canSignFor(outgoing.authorization)) return true;
    this.#notices.note(
      "resignRefused",
      `A call of ${functionName} was signed with other keys than the function's and went past the mesh. ` +
        "Attach that client instead.",
    );
    return false;
  }
}

/** The request as it was made, its answer handed on. */
function relay(
  { request, outgoing }: { readonly request: RequestFunction; readonly outgoing: Outgoing },
  body: Buffer,
  signal: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { protocol, options } = outgoing;
    const made = request({ ...options, protocol }, resolve);
    made.on("error", reject);
    signal.addEventListener("abort", () => made.destroy(), { once: true });
    made.end(body);
  });
}
