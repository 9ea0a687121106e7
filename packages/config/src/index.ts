/** `tulle.yaml` and `tulle.config.ts` to one normal form, with a file position for every finding. */
export type { MeshFile } from "@tulle/core/model";
export { defineMesh } from "./define-mesh.ts";
export { findMeshFile } from "./find-mesh-file.ts";
export {
  type LoadedMesh,
  type LoadOptions,
  type LoadResult,
  loadMesh,
  type RefusedMesh,
} from "./load-mesh.ts";
export type { LocatedFinding, LocatedRelation, Location } from "./location.ts";
export { type RenderOptions, renderFindings } from "./render/render-findings.ts";
