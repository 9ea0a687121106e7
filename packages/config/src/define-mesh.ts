import type { MeshFile } from "@tulle/core/model";

/**
 * Gives a mesh that is written in TypeScript its type: `export default defineMesh({ ... })`. Changes
 * nothing.
 */
export function defineMesh(mesh: MeshFile): MeshFile {
  return mesh;
}
