import { parseBody, textMapMember } from "../../functions/body.ts";
import { Constraints } from "../../functions/constraints.ts";
import { requireFunction } from "../../functions/lookup.ts";
import { checkTags } from "../../functions/tags.ts";
import { invalidParameter, notFound } from "../errors.ts";
import { nameOf } from "../naming.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json, noContent } from "../request.ts";

/** ListTags, TagResource and UntagResource, for functions. */

const resourcePattern =
  "arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:" +
  "(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|" +
  "code-signing-config:csc-[a-z0-9]{17}|" +
  "event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|" +
  "capacity-provider:[a-zA-Z0-9-_]+)";

export function listTags(services: ApiServices, request: ApiRequest): ApiAnswer {
  const functionName = taggedFunction(services, request);
  return json(200, { Tags: requireFunction(services, functionName).record.tags });
}

export async function tagResource(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const functionName = taggedFunction(services, request);
  const tags = textMapMember(parseBody(request.body), "Tags") ?? {};
  if (Object.keys(tags).length === 0) {
    throw invalidParameter("An error occurred and the request cannot be processed.");
  }
  await writeTags(services, functionName, (before) => ({ ...before, ...tags }));
  return noContent;
}

export async function untagResource(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const keys = request.query.getAll("tagKeys");
  const constraints = new Constraints();
  constraints.present(keys[0], "tagKeys");
  constraints.enforce();
  await writeTags(services, taggedFunction(services, request), (before) =>
    Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key))),
  );
  return noContent;
}

type Tags = Readonly<Record<string, string>>;

function writeTags(
  services: ApiServices,
  functionName: string,
  change: (before: Tags) => Tags,
): Promise<void> {
  return services.registry.exclusively(functionName, async () => {
    const { record } = requireFunction(services, functionName);
    const tags = change(record.tags);
    checkTags(tags);
    await services.registry.update({ ...record, tags });
  });
}

function taggedFunction(services: ApiServices, request: ApiRequest): string {
  const resource = request.parameters["Resource"] ?? "";
  const constraints = new Constraints();
  constraints.pattern(resource, "resource", resourcePattern);
  constraints.enforce();
  if (!resource.includes(":function:")) throw notFound(`Resource not found: ${resource}`);
  const { functionName, qualifier } = nameOf(
    services.account,
    { functionName: resource, qualifier: null },
    "configure",
  );
  if (qualifier !== null) {
    throw invalidParameter(
      "Tags on function aliases and versions are not supported. Please specify a function ARN.",
    );
  }
  requireFunction(services, functionName);
  return functionName;
}
