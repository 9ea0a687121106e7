import { showConfiguration } from "../../functions/configuration.ts";
import { requireFunction, requireVersion } from "../../functions/lookup.ts";
import { namedFunction } from "../naming.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";

/** GetFunction and GetFunctionConfiguration. */
export function getFunction(services: ApiServices, request: ApiRequest): ApiAnswer {
  const { functionName, qualifier } = namedFunction(services, request, "get");
  const version = requireVersion(services, functionName, qualifier);
  const { tags, reservedConcurrency } = requireFunction(services, functionName).record;
  return json(200, {
    Configuration: showConfiguration(services.account, {
      functionName,
      version,
      qualifier,
      phase: "settled",
    }),
    Code: { RepositoryType: "S3", Location: services.codeLinks.make(version.code.sha256) },
    ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
    ...(reservedConcurrency === null
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  });
}

export function getFunctionConfiguration(services: ApiServices, request: ApiRequest): ApiAnswer {
  const { functionName, qualifier } = namedFunction(services, request, "get");
  const version = requireVersion(services, functionName, qualifier);
  return json(
    200,
    showConfiguration(services.account, { functionName, version, qualifier, phase: "settled" }),
  );
}
