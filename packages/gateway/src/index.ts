/** The one door for outside clients: HTTP in, invocations through the mesh out. */
export { createGateway, type Gateway } from "./gateway.ts";
export type { GatewayOptions, Problem } from "./settings.ts";
export { type DoorMesh, meshUpstream } from "./upstream/mesh-upstream.ts";
export type { DoorCall, Upstream } from "./upstream/upstream.ts";
