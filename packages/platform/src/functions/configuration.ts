import { createHash } from "node:crypto";
import type { Account } from "./account.ts";
import { functionArn } from "./account.ts";
import type { VersionRecord } from "./record.ts";

/**
 * A version as the API shows it.
 *
 * Lambda answers a change while it is still under way: Create says `Pending`, an update `InProgress`, and the
 * settled state has another revision id. Here a change is complete when it is answered, so the first answer
 * is given in the service's words, with an id of its own, and whoever waits for the settled state finds it at
 * once.
 */
export type ConfigurationPhase =
  /** As Get answers. */
  | "settled"
  /** As Create and a publishing UpdateFunctionCode answer. */
  | "creating"
  /** As UpdateFunctionCode and UpdateFunctionConfiguration answer. */
  | "updating"
  /** As lists show it: without states and runtime version. */
  | "listed";

export interface ConfigurationView {
  readonly functionName: string;
  readonly version: VersionRecord;
  readonly phase: ConfigurationPhase;
  /** As the caller gave it; null for an ARN without one. */
  readonly qualifier: string | null;
  /** Instead of the record's own. */
  readonly revisionId?: string;
}

export function showConfiguration(account: Account, view: ConfigurationView): Record<string, unknown> {
  const { functionName, version, phase } = view;
  const { settings } = version;
  return {
    ...settings,
    FunctionName: functionName,
    FunctionArn: functionArn(account, functionName, view.qualifier),
    CodeSha256: version.code.sha256,
    CodeSize: version.code.sizeBytes,
    LastModified: new Date(version.lastModifiedMs).toISOString().replace("Z", "+0000"),
    Version: version.version,
    RevisionId: view.revisionId ?? version.revisionId,
    ...(phase === "listed"
      ? {}
      : { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(account, settings.Runtime) } }),
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    ...stateOf(phase),
  };
}

function stateOf(phase: ConfigurationPhase): Record<string, string> {
  const reason = "The function is being created.";
  switch (phase) {
    case "settled":
      return { State: "Active", LastUpdateStatus: "Successful" };
    case "creating":
      return { State: "Pending", StateReason: reason, StateReasonCode: "Creating" };
    case "updating":
      return {
        State: "Active",
        LastUpdateStatus: "InProgress",
        LastUpdateStatusReason: reason,
        LastUpdateStatusReasonCode: "Creating",
      };
    case "listed":
      return {};
  }
}

/** An identifier of the service's form; locally there is one version of a runtime, so its name decides it. */
function runtimeVersionArn(account: Account, runtime: string): string {
  const digest = createHash("sha256").update(runtime).digest("hex");
  return `arn:aws:lambda:${account.region}::runtime:${digest}`;
}
