import { parseBody, textMember } from "../../functions/body.ts";
import { showConfiguration } from "../../functions/configuration.ts";
import { requireFunction } from "../../functions/lookup.ts";
import { publishVersion as publish } from "../../functions/versions.ts";
import { namedFunction } from "../naming.ts";
import { pageOf } from "../paging.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";

/** PublishVersion and ListVersionsByFunction. */
export async function publishVersion(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const { functionName } = namedFunction(services, request, "configure");
  const body = parseBody(request.body);
  const version = await publish(services, functionName, {
    description: textMember(body, "Description"),
    revisionId: textMember(body, "RevisionId"),
    codeSha256: textMember(body, "CodeSha256"),
  });
  return json(
    201,
    showConfiguration(services.account, {
      functionName,
      version,
      qualifier: version.version,
      phase: "settled",
    }),
  );
}

export function listVersionsByFunction(services: ApiServices, request: ApiRequest): ApiAnswer {
  const { functionName } = namedFunction(services, request, "get");
  const { record, versions } = requireFunction(services, functionName);
  const { items, nextMarker } = pageOf(
    [record.latest, ...versions.values()],
    // "$" sorts before digits, so $LATEST stays first.
    ({ version }) => (version === record.latest.version ? version : version.padStart(10, "0")),
    request,
  );
  return json(200, {
    Versions: items.map((version) =>
      showConfiguration(services.account, {
        functionName,
        version,
        qualifier: version.version,
        phase: "listed",
      }),
    ),
    NextMarker: nextMarker,
  });
}
