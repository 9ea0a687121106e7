import { NAME_PATTERN } from "./names.ts";
import { DEFAULT_MAX_BODY_BYTES, resourceKinds } from "./normalize.ts";
import type { JsonSchema } from "./schema.ts";
import { record, reference } from "./schema-values.ts";

const physical: JsonSchema = { title: "a physical name, URL or ARN", type: "string", minLength: 1 };

function mapOf(title: string, value: JsonSchema, description: string): JsonSchema {
  const propertyNames = { title: valueName, pattern: NAME_PATTERN };
  return { title, type: "object", propertyNames, additionalProperties: value, description };
}

const valueName = "a name: lower-case letters, digits and hyphens, a letter first, at most 63";

const match: JsonSchema = record("a match", {
  caller: reference("name", "Service that makes the call."),
  constellation: reference("name", "Constellation that the request is pinned to."),
  context: {
    title: "a map of values",
    type: "object",
    minProperties: 1,
    additionalProperties: { title: "text", type: "string" },
    description: "Values that travel with the request; all must be equal.",
  },
});

const route: JsonSchema = record(
  "a route",
  {
    service: reference("name", "Service whose calls are routed."),
    matches: {
      title: "a list of matches",
      type: "array",
      items: match,
      description: "Any of these may hold, each with all its conditions; left out, everything matches.",
    },
    to: {
      title: "a list of revisions with weights",
      type: "array",
      minItems: 1,
      items: record(
        "a revision with its weight",
        {
          revision: reference("name", "Revision of the service."),
          weight: reference("percent", "Percent. The first one left out takes what the others leave."),
        },
        { required: ["revision"] },
      ),
      description: "How matching calls are shared among revisions.",
    },
    timeouts: reference("timeouts", "Timeouts of matching calls."),
  },
  { required: ["service", "to"] },
);

const gatewayRoute: JsonSchema = record(
  "a gateway route",
  {
    match: record(
      "a method and a path",
      {
        method: {
          title: "an HTTP method in capitals, or `ANY`",
          type: "string",
          enum: ["ANY", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
          default: "ANY",
        },
        path: {
          title: "a path template",
          type: "string",
          description: "Such as `/v1/robots/{id}` or `/files/{path+}`.",
        },
      },
      { required: ["path"] },
    ),
    to: reference("name", "Service that answers."),
    timeout: reference(
      "duration",
      "Deadline that starts at the door; left out, the service's request timeout.",
    ),
    keyHeader: {
      title: "the name of a header",
      type: "string",
      pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
      description: "Request header whose value keeps a client on one revision.",
    },
  },
  { required: ["match", "to"] },
);

/** Resources, routes, constellations, gateways and telemetry. */
export const trafficDefinitions: { readonly [name: string]: JsonSchema } = {
  resource: record(
    "a resource",
    {
      ...Object.fromEntries(resourceKinds.map((kind) => [kind, physical])),
      allow: reference("callers", "Services that may use it, or `*`."),
    },
    {
      oneOf: resourceKinds.map((kind) => ({ required: [kind] })),
      description: "A logical name that is used; its one other key names the kind.",
    },
  ),
  route,
  constellation: record("a constellation", {
    services: mapOf("a map from service to revision", { $ref: "#/$defs/name" }, "Revision for each service."),
    resources: mapOf("a map from resource to physical name", physical, "Physical name for each resource."),
    fallThrough: {
      title: "`base` or `refuse`",
      type: "string",
      enum: ["base", "refuse"],
      default: "base",
      description: "What a pinned request gets for a name that is not overridden.",
    },
  }),
  gateway: record(
    "a gateway",
    {
      maxBody: reference("size", "Largest request body that the door lets in.", {
        default: DEFAULT_MAX_BODY_BYTES,
      }),
      routes: { title: "a list of gateway routes", type: "array", items: gatewayRoute },
    },
    { required: ["routes"] },
  ),
  telemetry: record("telemetry settings", {
    tracing: record("tracing settings", {
      sampleRate: { title: "a ratio between 0 and 1", type: "number", minimum: 0, maximum: 1 },
    }),
  }),
};
