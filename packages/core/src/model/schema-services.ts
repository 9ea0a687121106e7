import type { JsonSchema } from "./schema.ts";
import { record, reference } from "./schema-values.ts";

const local: { readonly [key: string]: JsonSchema } = {
  handler: {
    title: "a path",
    type: "string",
    minLength: 1,
    description: "Source file, folder or zip, relative to the file that says so.",
  },
  entry: {
    title: "the name of an export",
    type: "string",
    minLength: 1,
    description:
      "`file.export` inside a folder or zip (default `index.handler`); for a source file the export's name.",
  },
  runtime: {
    title: "a Lambda runtime such as `nodejs24.x`",
    type: "string",
    pattern: "^[a-z][a-z0-9.-]*$",
    default: "nodejs24.x",
    description: "Runtime identifier of AWS Lambda.",
  },
  timeout: reference("duration", "Time after which the platform ends an invocation.", { default: "3s" }),
  memory: {
    title: "a number of megabytes from 128 to 10240",
    type: "integer",
    minimum: 128,
    maximum: 10_240,
    default: 128,
    description: "Memory in megabytes.",
  },
  environment: {
    title: "a map of variables",
    type: "object",
    propertyNames: {
      title: "the name of a variable: letters, digits and underscores, a letter first",
      pattern: "^[a-zA-Z][a-zA-Z0-9_]*$",
    },
    additionalProperties: { title: "text", type: "string" },
    description: "Environment variables of the function.",
  },
  concurrency: {
    title: "a number of execution environments",
    type: "integer",
    minimum: 0,
    description: "Reserved concurrency; left out, the account's.",
  },
};

const backend: JsonSchema = record(
  "a backend",
  {
    function: {
      title: "the name or ARN of a function",
      type: "string",
      minLength: 1,
      description: "Name or ARN of a Lambda function, without a qualifier.",
    },
    alias: { $ref: "#/$defs/alias" },
    version: { $ref: "#/$defs/version" },
    http: reference("url", "Base URL of an HTTP service."),
  },
  {
    oneOf: [{ required: ["function"] }, { required: ["http"] }],
    not: { required: ["alias", "version"] },
    description: "What stands behind the service.",
  },
);

const revision: JsonSchema = record(
  "a revision",
  {
    name: reference("name", "Name of the revision, as routes and constellations use it."),
    alias: { $ref: "#/$defs/alias" },
    version: { $ref: "#/$defs/version" },
    url: reference("url", "The revision's own base URL, for HTTP services."),
    weight: reference(
      "percent",
      "Percent of the traffic. The first one left out takes what the others leave.",
    ),
    local: record("how it is run locally", local, {
      description: "What differs from the service's `local`.",
    }),
  },
  {
    required: ["name"],
    not: { required: ["alias", "version"] },
    description: "One immutable thing behind the name.",
  },
);

const stickiness: JsonSchema = {
  title: "`request`, `none` or { payload: FIELD }",
  anyOf: [
    { type: "string", enum: ["request", "none"] },
    record(
      "a payload field",
      { payload: { title: "the name of a top-level field", type: "string", minLength: 1 } },
      { required: ["payload"] },
    ),
  ],
  description:
    "What keeps a request on one revision: its key or trace, nothing, or a top-level field of its payload.",
};

const fallback: JsonSchema = record(
  "a fallback",
  {
    value: { description: "A value that callers get instead." },
    service: reference("name", "A service that is called instead."),
  },
  {
    oneOf: [{ required: ["value"] }, { required: ["service"] }],
    description: "What a caller gets when a call is shed or fails for lack of health.",
  },
);

/** Services and what belongs to one. */
export const serviceDefinitions: { readonly [name: string]: JsonSchema } = {
  service: record(
    "a service",
    {
      mode: { $ref: "#/$defs/mode" },
      backend: { $ref: "#/$defs/backend" },
      revisions: {
        title: "a list of revisions",
        type: "array",
        minItems: 1,
        items: { $ref: "#/$defs/revision" },
        description:
          "Revisions behind the name; left out, one named `stable` at the backend's alias or version.",
      },
      stickiness,
      uses: reference("names", "Services and resources that this service uses."),
      allow: reference("callers", "Callers that may call: services, `gateway/NAME`, or `*`."),
      timeouts: { $ref: "#/$defs/timeouts" },
      retry: { $ref: "#/$defs/retry" },
      circuitBreaker: { $ref: "#/$defs/circuit-breaker" },
      fallback: { $ref: "#/$defs/fallback" },
      failover: reference("names", "Services tried in order when this one lacks health."),
      idempotent: {
        title: "true or false",
        type: "boolean",
        default: false,
        description: "Whether the same call may be made twice without harm.",
      },
      local: { $ref: "#/$defs/local" },
    },
    { required: ["backend"], description: "A logical name that is called." },
  ),
  backend,
  revision,
  fallback,
  local: record("how it is run locally", local, {
    required: ["handler"],
    description: "How the local platform runs the service.",
  }),
};
