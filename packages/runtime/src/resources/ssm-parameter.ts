import { jsonKind } from "./json-kind.ts";
import type { ResourceDriver } from "./kind.ts";

/**
 * Parameters: `Name` and `Names`, of the operations on parameters only. Systems Manager calls many other
 * things by `Name`: documents, associations, baselines.
 */
export const ssmParameter: ResourceDriver = jsonKind({
  kind: "ssm.parameter",
  serviceId: "SSM",
  signingName: "ssm",
  paths: [["Name"], ["Names", "[]"]],
  appliesTo: (operation) => operation.includes("Parameter"),
});
