import { showConfiguration } from "../../functions/configuration.ts";
import { Constraints } from "../../functions/constraints.ts";
import { pageOf } from "../paging.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";

/** ListFunctions: $LATEST of each function, or with `FunctionVersion=ALL` every version. */
export function listFunctions(services: ApiServices, request: ApiRequest): ApiAnswer {
  const wanted = request.query.get("FunctionVersion") ?? undefined;
  const constraints = new Constraints();
  constraints.oneOf(wanted, "functionVersion", ["ALL"]);
  constraints.enforce();
  const all = services.registry.all().flatMap(({ record, versions }) => {
    const listed = wanted === "ALL" ? [record.latest, ...versions.values()] : [record.latest];
    return listed.map((version) => ({
      functionName: record.functionName,
      version,
      qualifier: wanted === "ALL" ? version.version : null,
      phase: "listed" as const,
    }));
  });
  const { items, nextMarker } = pageOf(
    all,
    ({ functionName, version }) => `${functionName}#${version.version.padStart(10, "0")}`,
    request,
  );
  return json(200, {
    Functions: items.map((view) => showConfiguration(services.account, view)),
    NextMarker: nextMarker,
  });
}
