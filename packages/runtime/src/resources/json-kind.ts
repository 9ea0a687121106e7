import type { ResourceKind } from "@tulle/core/model";
import { type FieldPath, rewriteFields } from "./fields.ts";
import type {
  CommandInput,
  PhysicalNames,
  ResourceCall,
  ResourceDriver,
  WireChange,
  WireRequest,
} from "./kind.ts";

/** What sets one JSON service apart from the others. */
export interface JsonKindOptions {
  readonly kind: ResourceKind;
  readonly serviceId: string;
  readonly signingName: string;
  readonly paths: readonly FieldPath[];
  /** Operations that have the fields; absent means all of them. */
  readonly appliesTo?: (operation: string) => boolean;
  /** How the service wants a physical name spelled; absent means as it is configured. */
  readonly spell?: (physical: string) => string;
  /** What a list of paths cannot say, done after it. */
  readonly refine?: (input: CommandInput, call: ResourceCall) => CommandInput;
}

/** A kind whose service speaks AWS JSON: the body of the request is the command's input. */
export function jsonKind(options: JsonKindOptions): ResourceDriver {
  const { kind, serviceId, signingName, paths, appliesTo, spell, refine } = options;
  const rewriteInput = (input: CommandInput, configured: ResourceCall): CommandInput => {
    if (appliesTo !== undefined && !appliesTo(configured.operation)) return input;
    const call = spell === undefined ? configured : spelled(configured, spell);
    const rewritten = rewriteFields(input, paths, call.physicalOf);
    return refine === undefined ? rewritten : refine(rewritten, call);
  };
  return {
    kind,
    serviceId,
    signingName,
    rewriteInput,
    rewriteRequest: (request, names) => rewriteJsonRequest(request, names, rewriteInput),
  };
}

function spelled(call: ResourceCall, spell: (physical: string) => string): ResourceCall {
  const physicalOf = (name: string): string | null => {
    const physical = call.physicalOf(name);
    return physical === null ? null : spell(physical);
  };
  return { operation: call.operation, physicalOf };
}

function rewriteJsonRequest(
  request: WireRequest,
  names: PhysicalNames,
  rewriteInput: ResourceDriver["rewriteInput"],
): WireChange | null {
  const operation = request.headers["x-amz-target"]?.split(".").pop();
  if (operation === undefined || request.body === null) return null;
  const input = parseObject(request.body);
  if (input === null) return null;
  const rewritten = rewriteInput(input, { operation, physicalOf: names.physicalOf });
  return rewritten === input ? null : { body: JSON.stringify(rewritten) };
}

/** Null for anything that is not a JSON object: the service will say what is wrong with it. */
function parseObject(body: Uint8Array): CommandInput | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as CommandInput)
      : null;
  } catch {
    return null;
  }
}
