import { jsonKind } from "./json-kind.ts";
import type { ResourceDriver } from "./kind.ts";

/** State machines: `stateMachineArn` of every operation that starts, describes or lists executions. */
export const statesMachine: ResourceDriver = jsonKind({
  kind: "states.machine",
  serviceId: "SFN",
  signingName: "states",
  paths: [["stateMachineArn"]],
});
