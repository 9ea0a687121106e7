/**
 * The control plane: publishes snapshots, keeps what data planes report, serves both over HTTP on loopback.
 */
export type {
  BreakerAnswer,
  ControlEvent,
  EdgeAnswer,
  EnvironmentAnswer,
  HistoryEntry,
  PublishAnswer,
} from "./api/answers.ts";
export { type Control, type ControlOptions, createControl, sha256 } from "./control.ts";
export type { Identity } from "./identity/tokens.ts";
export { type ControlServer, type ControlServerOptions, createControlServer } from "./server/server.ts";
