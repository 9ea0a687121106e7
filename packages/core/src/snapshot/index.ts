/** The snapshot: the compiled, immutable form of a configuration that data planes read. */

export { canonicalJson } from "./canonical.ts";
export { compile, isFullSplit } from "./compile.ts";
export { scopeSnapshot } from "./scope.ts";
export {
  type ConstellationSnapshot,
  type ResourceSnapshot,
  type RevisionSnapshot,
  type RuleSnapshot,
  type ServiceSnapshot,
  SNAPSHOT_FORMAT,
  type Snapshot,
} from "./snapshot.ts";
