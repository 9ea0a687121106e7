import type { JsonValue } from "./mesh.ts";
import { patchDefinitions, patchReference } from "./schema-patch.ts";
import { policyDefinitions } from "./schema-policies.ts";
import { serviceDefinitions } from "./schema-services.ts";
import { trafficDefinitions } from "./schema-traffic.ts";
import { nameMap, valueDefinitions } from "./schema-values.ts";

/** One node of a JSON Schema, as data. */
export type JsonSchema = { readonly [keyword: string]: JsonValue };

const definitions: { readonly [name: string]: JsonSchema } = {
  ...valueDefinitions,
  ...policyDefinitions,
  ...serviceDefinitions,
  ...trafficDefinitions,
};

const sections: { readonly [key: string]: JsonSchema } = {
  mode: { $ref: "#/$defs/mode" },
  policies: { $ref: "#/$defs/policies" },
  defaults: { $ref: "#/$defs/defaults" },
  services: nameMap("a map of services", "#/$defs/service", "Services by logical name: what is called."),
  resources: nameMap("a map of resources", "#/$defs/resource", "Resources by logical name: what is used."),
  routes: {
    title: "a list of routes",
    type: "array",
    items: { $ref: "#/$defs/route" },
    description: "Tried in order for each service; what none matches is split by the revisions' weights.",
  },
  constellations: nameMap(
    "a map of constellations",
    "#/$defs/constellation",
    "Coherent sets of revisions under one label, for requests that are pinned to it.",
  ),
  gateways: nameMap("a map of gateways", "#/$defs/gateway", "Doors for clients outside the mesh."),
  telemetry: { $ref: "#/$defs/telemetry" },
};

/**
 * JSON Schema 2020-12 of the authored form, the one source for editors and for validation.
 *
 * Two habits make its errors readable. A value that may be a name or an object has both types in one schema
 * instead of a union, so that a wrong key is reported as one. And every schema has a `title` that finishes
 * the sentence "expected ...", which is where messages come from.
 */
export const meshSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://tulle.dev/schema/mesh.v1.json",
  title: "a mesh",
  description: "A Tulle mesh: services, resources and the rules of the traffic between them.",
  type: "object",
  required: ["version", "mesh"],
  additionalProperties: false,
  properties: {
    version: { title: "the version of this format, 1", const: 1, description: "Version of this format." },
    mesh: { $ref: "#/$defs/name", description: "Namespace of the logical names: one application." },
    include: {
      title: "a list of files",
      type: "array",
      items: { title: "a path or a pattern such as `services/*/tulle.yaml`", type: "string", minLength: 1 },
      description:
        "Further files, relative to this one. `*` stands for a part of a name, `**` for any folders.",
    },
    ...sections,
    environments: {
      title: "a map of environments",
      type: "object",
      propertyNames: { $ref: "#/$defs/name" },
      additionalProperties: {
        title: "a merge patch",
        type: "object",
        additionalProperties: false,
        properties: patchReference(sections),
      },
      description:
        "One JSON merge patch (RFC 7396) per environment, applied to everything else; null removes a key.",
    },
  },
  $defs: { ...definitions, ...patchDefinitions(definitions) },
};
