import { invalidParameter } from "../api/errors.ts";
import {
  type Body,
  numberMember,
  structureMember,
  textListMember,
  textMapMember,
  textMember,
} from "./body.ts";
import type { Constraints } from "./constraints.ts";
import type { FunctionSettings } from "./record.ts";
import { checkRuntime } from "./runtimes.ts";

/** Settings as a request gives them: what is absent stays as it is. */
export type SettingsChange = Partial<FunctionSettings>;

const rolePattern = "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";
const variablePattern = /^[a-zA-Z][a-zA-Z0-9_]+$/;
const environmentLimitBytes = 4096;

/**
 * Variables that Lambda sets itself. Source: "Defined runtime environment variables" of the developer guide.
 */
const reservedVariables: ReadonlySet<string> = new Set(
  (
    "_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_LAMBDA_FUNCTION_NAME " +
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE " +
    "AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID " +
    "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR"
  ).split(" "),
);

/** Members of Create and Update that this platform can neither honour nor ignore without harm. */
const unsupportedMembers = ["Layers", "FileSystemConfigs", "ImageConfig", "DurableConfig", "TenancyConfig"];

/** What a function has when the request does not say otherwise. Source: recorded CreateFunction answers. */
export function defaultSettings(
  functionName: string,
): Omit<FunctionSettings, "Role" | "Runtime" | "Handler"> {
  return {
    Description: "",
    Timeout: 3,
    MemorySize: 128,
    Architectures: ["x86_64"],
    PackageType: "Zip",
    TracingConfig: { Mode: "PassThrough" },
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${functionName}` },
  };
}

/** Reads the settings of a Create or UpdateFunctionConfiguration body; notes constraint failures. */
export function readSettings(body: Body, constraints: Constraints): SettingsChange {
  const change: Record<string, unknown> = {
    Role: textMember(body, "Role"),
    Runtime: textMember(body, "Runtime"),
    Handler: textMember(body, "Handler"),
    Description: textMember(body, "Description"),
    Timeout: numberMember(body, "Timeout"),
    MemorySize: numberMember(body, "MemorySize"),
    Architectures: readArchitectures(body, constraints),
    TracingConfig: structureMember(body, "TracingConfig"),
    EphemeralStorage: structureMember(body, "EphemeralStorage"),
    LoggingConfig: structureMember(body, "LoggingConfig"),
    Environment: readEnvironment(body),
    VpcConfig: structureMember(body, "VpcConfig"),
    DeadLetterConfig: structureMember(body, "DeadLetterConfig"),
    KMSKeyArn: textMember(body, "KMSKeyArn"),
  };
  for (const name of Object.keys(change)) if (change[name] === undefined) delete change[name];
  const settings = change as SettingsChange;
  constraints.pattern(settings.Role, "role", rolePattern);
  constraints.maxLength(settings.Description, "description", 256);
  constraints.maxLength(settings.Handler, "handler", 128);
  constraints.pattern(settings.Handler, "handler", "[^\\s]+");
  constraints.range(settings.Timeout, "timeout", [1, 900]);
  constraints.range(settings.MemorySize, "memorySize", [128, 10_240]);
  constraints.range(settings.EphemeralStorage?.Size, "ephemeralStorage.size", [512, 10_240]);
  constraints.oneOf(settings.TracingConfig?.Mode, "tracingConfig.mode", ["PassThrough", "Active"]);
  constraints.oneOf(settings.LoggingConfig?.LogFormat, "loggingConfig.logFormat", ["JSON", "Text"]);
  return settings;
}

/**
 * What is refused once the constraints hold: unknown runtimes, variables, members without an equivalent here.
 */
export function checkSettings(body: Body, settings: SettingsChange): void {
  if (settings.Runtime !== undefined) checkRuntime(settings.Runtime);
  if (settings.Environment !== undefined) checkVariables(settings.Environment.Variables);
  for (const name of unsupportedMembers) {
    const value = body[name];
    const empty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!empty) {
      throw invalidParameter(
        `TULLE3021: ${name} is not supported by the local platform. Leave the member out locally.`,
      );
    }
  }
}

/** Settings with a change applied. Logging is merged member by member, as the service does. */
export function mergeSettings(base: FunctionSettings, change: SettingsChange): FunctionSettings {
  const merged = { ...base, ...change, LoggingConfig: { ...base.LoggingConfig, ...change.LoggingConfig } };
  if (merged.LoggingConfig.LogFormat !== "JSON") return merged;
  const levels = { ApplicationLogLevel: "INFO", SystemLogLevel: "INFO" };
  return { ...merged, LoggingConfig: { ...levels, ...merged.LoggingConfig } };
}

/** The one place that reads architectures: UpdateFunctionCode has them too. */
export function readArchitectures(body: Body, constraints: Constraints): readonly string[] | undefined {
  const architectures = textListMember(body, "Architectures");
  if (architectures === undefined) return undefined;
  const shown = `[${architectures.join(", ")}]`;
  constraints.check(architectures.length <= 1, shown, {
    member: "architectures",
    must: "Member must have length less than or equal to 1",
  });
  constraints.check(
    architectures.every((one) => one === "x86_64" || one === "arm64"),
    shown,
    {
      member: "architectures",
      must:
        "Member must satisfy constraint: " +
        "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    },
  );
  return architectures;
}

function readEnvironment(body: Body): FunctionSettings["Environment"] | undefined {
  const environment = structureMember(body, "Environment");
  return environment === undefined ? undefined : { Variables: textMapMember(environment, "Variables") ?? {} };
}

const variablesRefused =
  "Lambda was unable to configure your environment variables " +
  "because the environment variables you have provided";

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const names = Object.keys(variables);
  const reserved = names.filter((name) => reservedVariables.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `${variablesRefused} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const constraints = names.filter((name) => !variablePattern.test(name));
  if (constraints.length > 0) {
    throw invalidParameter(
      `Environment variable names must match ${variablePattern.source}: ${constraints.join(", ")}`,
    );
  }
  // No process can be started with one.
  const cut = names.filter((name) => variables[name]!.includes("\0"));
  if (cut.length > 0) {
    throw invalidParameter(`Environment variable values must not contain a NUL character: ${cut.join(", ")}`);
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > environmentLimitBytes) {
    throw invalidParameter(`${variablesRefused} exceeded the 4KB limit. String measured: ${text}`);
  }
}
