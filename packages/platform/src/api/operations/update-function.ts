import { flagMember, parseBody, textMember } from "../../functions/body.ts";
import { showConfiguration } from "../../functions/configuration.ts";
import { Constraints } from "../../functions/constraints.ts";
import { updateInProgress, updateLatest } from "../../functions/lifecycle.ts";
import { requireFunction } from "../../functions/lookup.ts";
import { checkSettings, readArchitectures, readSettings } from "../../functions/settings.ts";
import { staleRevision } from "../errors.ts";
import { namedFunction } from "../naming.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";
import { codeOf, whileChanging } from "./code-member.ts";

/** UpdateFunctionCode and UpdateFunctionConfiguration. */
export async function updateFunctionCode(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const { functionName } = namedFunction(services, request, "configure");
  const body = parseBody(request.body);
  const constraints = new Constraints();
  const architectures = readArchitectures(body, constraints);
  constraints.enforce();
  const revisionId = textMember(body, "RevisionId");
  const { latest } = requireFunction(services, functionName).record;
  if (revisionId !== undefined && revisionId !== latest.revisionId) throw staleRevision();
  if (flagMember(body, "DryRun") === true) {
    await codeOf(services, request, body);
    return json(
      200,
      showConfiguration(services.account, {
        functionName,
        version: latest,
        phase: "settled",
        qualifier: null,
      }),
    );
  }
  const outcome = await whileChanging(services, functionName, async () =>
    updateLatest(services, functionName, {
      revisionId,
      code: await codeOf(services, request, body),
      ...(architectures === undefined ? {} : { settings: { Architectures: architectures } }),
      publish: flagMember(body, "Publish") ?? false,
    }),
  );
  const { published } = outcome;
  return json(
    200,
    showConfiguration(services.account, {
      functionName,
      version: published ?? outcome.latest,
      phase: published === null ? "updating" : "creating",
      qualifier: published?.version ?? null,
      revisionId: services.newId(),
    }),
  );
}

export async function updateFunctionConfiguration(
  services: ApiServices,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const { functionName } = namedFunction(services, request, "configure");
  const body = parseBody(request.body);
  const constraints = new Constraints();
  const settings = readSettings(body, constraints);
  constraints.enforce();
  checkSettings(body, settings);
  requireFunction(services, functionName);
  if (services.changing.has(functionName)) throw updateInProgress(services, functionName);
  const { latest } = await updateLatest(services, functionName, {
    settings,
    revisionId: textMember(body, "RevisionId"),
  });
  return json(
    200,
    showConfiguration(services.account, {
      functionName,
      version: latest,
      phase: "updating",
      qualifier: null,
      revisionId: services.newId(),
    }),
  );
}
