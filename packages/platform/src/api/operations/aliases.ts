import { functionArn } from "../../functions/account.ts";
import {
  type AliasChange,
  createAlias as create,
  deleteAlias as remove,
  updateAlias as update,
} from "../../functions/aliases.ts";
import { type Body, numberMember, parseBody, structureMember, textMember } from "../../functions/body.ts";
import { Constraints } from "../../functions/constraints.ts";
import { aliasOf, requireFunction } from "../../functions/lookup.ts";
import type { AliasRecord } from "../../functions/record.ts";
import { notFound } from "../errors.ts";
import { namedFunction } from "../naming.ts";
import { pageOf } from "../paging.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json, noContent } from "../request.ts";

/** CreateAlias, GetAlias, UpdateAlias, DeleteAlias and ListAliases. */

const namePattern = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)";
const versionPattern = "(\\$LATEST(\\.PUBLISHED)?|[0-9]+)";

export async function createAlias(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const { functionName } = namedFunction(services, request, "configure");
  const body = parseBody(request.body);
  const name = textMember(body, "Name");
  const constraints = new Constraints();
  constraints.present(name, "name");
  constraints.present(body["FunctionVersion"], "functionVersion");
  checkAlias(constraints, name, body);
  const { functionVersion, ...change } = readChange(body);
  const alias = await create(services, functionName, {
    ...change,
    name: name ?? "",
    functionVersion: functionVersion ?? "",
  });
  return json(201, showAlias(services, functionName, alias));
}

export async function updateAlias(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const { functionName } = namedFunction(services, request, "configure");
  const body = parseBody(request.body);
  const name = request.parameters["Name"] ?? "";
  checkAlias(new Constraints(), name, body);
  const alias = await update(services, functionName, { ...readChange(body), name });
  return json(200, showAlias(services, functionName, alias));
}

export function getAlias(services: ApiServices, request: ApiRequest): ApiAnswer {
  const { functionName } = namedFunction(services, request, "get");
  const name = request.parameters["Name"] ?? "";
  const entry = services.registry.get(functionName);
  const alias = entry === undefined ? undefined : aliasOf(entry, name);
  if (alias === undefined) {
    throw notFound(`Cannot find alias arn: ${functionArn(services.account, functionName, name)}`);
  }
  return json(200, showAlias(services, functionName, alias));
}

export async function deleteAlias(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const { functionName } = namedFunction(services, request, "configure");
  await remove(services, functionName, request.parameters["Name"] ?? "");
  return noContent;
}

export function listAliases(services: ApiServices, request: ApiRequest): ApiAnswer {
  const { functionName } = namedFunction(services, request, "get");
  const wanted = request.query.get("FunctionVersion");
  const all = Object.values(requireFunction(services, functionName).record.aliases)
    .filter((alias) => wanted === null || alias.functionVersion === wanted)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextMarker } = pageOf(all, (alias) => alias.name, request);
  return json(200, {
    Aliases: items.map((alias) => showAlias(services, functionName, alias)),
    NextMarker: nextMarker,
  });
}

function checkAlias(constraints: Constraints, name: string | undefined, body: Body): void {
  constraints.maxLength(name, "name", 128);
  constraints.pattern(name, "name", namePattern);
  constraints.pattern(textMember(body, "FunctionVersion"), "functionVersion", versionPattern);
  constraints.maxLength(textMember(body, "Description"), "description", 256);
  constraints.enforce();
}

function readChange(body: Body): AliasChange {
  const routing = structureMember(body, "RoutingConfig");
  return {
    functionVersion: textMember(body, "FunctionVersion"),
    description: textMember(body, "Description"),
    revisionId: textMember(body, "RevisionId"),
    weights: routing === undefined ? undefined : readWeights(routing),
  };
}

function readWeights(routing: Body): Readonly<Record<string, number>> {
  const weights = structureMember(routing, "AdditionalVersionWeights") ?? {};
  return Object.fromEntries(
    Object.keys(weights).map((version) => [version, numberMember(weights, version) ?? 0]),
  );
}

function showAlias(services: ApiServices, functionName: string, alias: AliasRecord): Record<string, unknown> {
  return {
    AliasArn: functionArn(services.account, functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(Object.keys(alias.weights).length === 0
      ? {}
      : { RoutingConfig: { AdditionalVersionWeights: alias.weights } }),
  };
}
