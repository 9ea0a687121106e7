/** The snapshot: the compiled, immutable form of a configuration that data planes read. */
export {
  type ConstellationSnapshot,
  type ResourceSnapshot,
  type RevisionSnapshot,
  type RuleSnapshot,
  type ServiceSnapshot,
  SNAPSHOT_FORMAT,
  type Snapshot,
} from "./snapshot.ts";
