/**
 * Explains a call by deciding it: the published snapshot as the caller sees it, the same `decide` that the
 * data plane runs, and its record.
 *
 * The breakers of a thousand environments are not known here, so every circuit counts as closed; the text
 * says so.
 */
import { emptyContext, type RequestContext } from "@tulle/core/context";
import type { JsonValue } from "@tulle/core/model";
import { type CallRequest, decide, explainDecision, prepareTable, recordDecision } from "@tulle/core/routing";
import type { CommandCall } from "../commands/command.ts";
import { connect } from "../connection/connection.ts";
import { readData, readPairs } from "../connection/data-argument.ts";
import { publishedSnapshot } from "../connection/published.ts";
import type { View } from "../output/output.ts";
import { wrongUsage } from "../program/failure.ts";

export async function explainCall(call: CommandCall): Promise<View> {
  const { options, terminal } = call;
  const [caller, service] = [options.text("from"), options.text("to")];
  if (caller === null || service === null)
    throw wrongUsage("Give an error code, or both --from CALLER and --to SERVICE.");
  const payload = options.text("payload");
  const request: CallRequest = {
    service,
    context: contextOf(call),
    key: options.text("key"),
    payloadField: fieldReader(payload === null ? null : readData(payload, terminal.cwd)),
  };
  const { control } = await connect(call);
  const table = prepareTable(await publishedSnapshot(control, caller), caller);
  const at = { nowMs: Date.now(), random: Math.random() };
  const decision = decide(table, { plans: [] }, request, at.nowMs, at.random);
  const record = recordDecision(table, request, decision, at);
  return { data: record, text: () => explainDecision(record).join("\n") };
}

function contextOf({ options }: CommandCall): RequestContext {
  return {
    ...emptyContext,
    constellation: options.text("constellation"),
    values: readPairs(options.list("context")),
  };
}

function fieldReader(payload: JsonValue): (field: string) => string | null {
  return (field) => {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
    const value = (payload as Readonly<Record<string, JsonValue>>)[field];
    return value === undefined || value === null ? null : String(value);
  };
}
