import { type Body, flagMember, parseBody, textMapMember, textMember } from "../../functions/body.ts";
import { showConfiguration } from "../../functions/configuration.ts";
import { Constraints } from "../../functions/constraints.ts";
import { createFunction as create } from "../../functions/lifecycle.ts";
import type { FunctionSettings } from "../../functions/record.ts";
import {
  checkSettings,
  defaultSettings,
  mergeSettings,
  readSettings,
  type SettingsChange,
} from "../../functions/settings.ts";
import { checkTags } from "../../functions/tags.ts";
import { conflict, invalidParameter } from "../errors.ts";
import { nameOf } from "../naming.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";
import { codeOf, whileChanging } from "./code-member.ts";

/** CreateFunction. Source: recorded answers; the order of the checks follows them. */
export async function createFunction(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const body = parseBody(request.body);
  const constraints = new Constraints();
  constraints.present(body["FunctionName"], "functionName");
  constraints.present(body["Role"], "role");
  constraints.present(body["Code"], "code");
  const change = readSettings(body, constraints);
  constraints.enforce();
  const given = textMember(body, "FunctionName") ?? "";
  const { functionName } = nameOf(services.account, { functionName: given, qualifier: null }, "create");
  checkSettings(body, change);
  const settings = completeSettings(functionName, body, change);
  const tags = textMapMember(body, "Tags") ?? {};
  checkTags(tags);
  if (services.registry.get(functionName) !== undefined) {
    throw conflict(`Function already exist: ${functionName}`);
  }
  const outcome = await whileChanging(services, functionName, async () =>
    create(services, {
      functionName,
      settings,
      tags,
      code: await codeOf(services, request, body["Code"] as Body),
      publish: flagMember(body, "Publish") ?? false,
    }),
  );
  return json(
    201,
    showConfiguration(services.account, {
      functionName,
      version: outcome.published ?? outcome.latest,
      phase: "creating",
      qualifier: null,
      revisionId: services.newId(),
    }),
  );
}

function completeSettings(functionName: string, body: Body, change: SettingsChange): FunctionSettings {
  const packageType = textMember(body, "PackageType") ?? "Zip";
  if (packageType !== "Zip") {
    throw invalidParameter(
      `TULLE3021: PackageType ${packageType} is not supported by the local platform. Deploy a zip.`,
    );
  }
  const { Role, Runtime, Handler } = change;
  if (Runtime === undefined || (Handler === undefined && !Runtime.startsWith("provided"))) {
    throw invalidParameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  const defaults = {
    ...defaultSettings(functionName),
    Role: Role ?? "",
    Runtime,
    Handler: Handler ?? "bootstrap",
  };
  return mergeSettings(defaults, change);
}
