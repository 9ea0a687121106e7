import { jsonKind } from "./json-kind.ts";
import type { ResourceDriver } from "./kind.ts";

/** Secrets: `SecretId`, and the list of a batch. */
export const secretsmanagerSecret: ResourceDriver = jsonKind({
  kind: "secretsmanager.secret",
  serviceId: "Secrets Manager",
  signingName: "secretsmanager",
  paths: [["SecretId"], ["SecretIdList", "[]"]],
});
