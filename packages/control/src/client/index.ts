/** A typed client of control's API, light enough for a command line to import. */
export type {
  BreakerAnswer,
  ControlEvent,
  EdgeAnswer,
  EnvironmentAnswer,
  EpochAnswer,
  ErrorEnvelope,
  HealthAnswer,
  HistoryEntry,
  PublishAnswer,
  TokenAnswer,
} from "../api/answers.ts";
export {
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
  type PublishRequest,
  type SnapshotRequest,
} from "./control-client.ts";
