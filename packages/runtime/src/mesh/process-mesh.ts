/**
 * The process's own mesh: one for the preload and for whatever copy of this package the function's bundle holds.
 *
 * Two data planes in one process would each see half of the calls and half of the failures, so the first one made is kept under a
 * registered symbol and everybody gets that one.
 */
import { createMesh } from "./create-mesh.ts";
import type { Mesh } from "./mesh.ts";

const MESH: unique symbol = Symbol.for("tulle.mesh") as never;
const HOOK: unique symbol = Symbol.for("tulle.invocation") as never;

/** The mesh of this process, made from its environment at the first call; starts reading the snapshot then. */
export function processMesh(): Mesh {
  const shared = globalThis as { [MESH]?: Mesh; [HOOK]?: Mesh["invocation"] };
  if (shared[MESH] === undefined) {
    shared[MESH] = createMesh({});
    shared[HOOK] = shared[MESH].invocation;
  }
  return shared[MESH];
}
