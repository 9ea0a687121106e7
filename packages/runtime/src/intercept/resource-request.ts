/**
 * Physical names in an intercepted request to a resource's service.
 *
 * The request is a real one, made by the function that was replaced: Node sends nothing before the first
 * write, so until then path, headers and body can be changed in place, and everything that a caller does to a
 * request is done to the real thing. Where the name stands in the body, the change waits for `end(body)`,
 * which is how SDKs send a body that they hold. A request is signed again when something in it changed, and
 * only then.
 */
import type { ClientRequest } from "node:http";
import { physicalName } from "../attach/resource-call.ts";
import type { DataPlane } from "../data-plane/data-plane.ts";
import type { ResourceDriver, WireChange } from "../resources/kind.ts";
import { holdBody } from "./held-body.ts";
import type { Notices } from "./notices.ts";
import type { Outgoing, RequestFunction } from "./outgoing.ts";
import { canSignFor, signAgain } from "./signing.ts";

export interface ResourceInterception {
  readonly plane: DataPlane;
  readonly notices: Notices;
  readonly driver: ResourceDriver;
  readonly outgoing: Outgoing;
}

/**
 * Makes the request: with what stands in its head changed already, or with its body held until it was looked
 * at.
 */
export function requestResource(
  interception: ResourceInterception,
  request: RequestFunction,
  args: readonly unknown[],
): ClientRequest {
  const fresh = interception.plane.fresh();
  const head = fresh === null ? changeOf(interception, null) : null;
  if (head !== null) {
    const { protocol, options, onResponse } = interception.outgoing;
    const { host, path, headers } = changedHead(interception.outgoing, head);
    return request({ ...options, protocol, hostname: host, host, path, headers }, onResponse);
  }
  const made = request(...args);
  if (made.headersSent) return made;
  holdBody(made, fresh, (body) => {
    const change = changeOf(interception, body);
    if (change !== null) applyTo(made, interception.outgoing, change);
    return change?.body ?? null;
  });
  return made;
}

/** Null where nothing changes, or nothing may. */
function changeOf(interception: ResourceInterception, body: Uint8Array | null): WireChange | null {
  const { plane, driver, outgoing } = interception;
  if (plane.mode !== "enforce") return null;
  const { hostname: host, path, headers } = outgoing;
  const physicalOf = (name: string): string | null => physicalName(plane, driver, name);
  const change = driver.rewriteRequest({ host, path, headers, body }, { physicalOf });
  return change !== null && maySign(interception) ? change : null;
}

function maySign({ notices, outgoing }: ResourceInterception): boolean {
  const chained = outgoing.headers["x-amz-content-sha256"]?.startsWith("STREAMING-AWS4-HMAC") === true;
  if (!chained && canSignFor(outgoing.authorization)) return true;
  notices.note(
    "resignRefused",
    `A request to ${outgoing.hostname} names a resource of the mesh but was signed with other keys than ` +
      "the function's; it was sent unchanged. Use the physical name there, or attach the client.",
  );
  return false;
}

interface ChangedHead {
  readonly host: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

function changedHead(outgoing: Outgoing, change: WireChange): ChangedHead {
  const { host = outgoing.hostname, path = outgoing.path, body } = change;
  const { "content-length": length, ...headers } = { ...outgoing.headers, ...change.headers };
  if (change.host !== undefined || headers["host"] === undefined) {
    headers["host"] = outgoing.port === "" ? host : `${host}:${outgoing.port}`;
  }
  const contentLength = body === undefined ? length : String(Buffer.byteLength(body));
  if (contentLength !== undefined) headers["content-length"] = contentLength;
  const { method, authorization } = outgoing;
  const request = { method, path, headers, ...(body !== undefined && { body }) };
  return { host, path, headers: signAgain(request, authorization) };
}

function applyTo(request: ClientRequest, outgoing: Outgoing, change: WireChange): void {
  const { path, headers } = changedHead(outgoing, change);
  request.path = path;
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
}
