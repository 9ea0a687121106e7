/**
 * `tulle call`: one call through the mesh's own data plane, in a caller's name.
 *
 * The data plane is the runtime's, fed with the snapshot as the caller sees it; the request is signed as
 * the local run's root, because a command line is no function. What it prints under `-v` is the decision
 * record that the data plane itself made.
 */
import { TulleError } from "@tulle/core/errors";
import { type DecisionRecord, explainDecision } from "@tulle/core/routing";
import { type Snapshot, scopeSnapshot } from "@tulle/core/snapshot";
import { answerOf, createMesh, type Mesh } from "@tulle/runtime";
import type { CommandCall } from "../commands/command.ts";
import { type Connection, connectLocally } from "../connection/connection.ts";
import { readData } from "../connection/data-argument.ts";
import type { DevFile } from "../connection/dev-file.ts";
import { publishedSnapshot } from "../connection/published.ts";
import type { View } from "../output/output.ts";
import { readDuration, showDuration } from "../program/duration.ts";

interface Called {
  readonly answer: unknown;
  readonly caller: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly durationMs: number;
  readonly decisions: readonly DecisionRecord[];
}

export async function callService(call: CommandCall): Promise<View> {
  const payload = JSON.stringify(readData(call.options.text("data") ?? "{}", call.terminal.cwd));
  const connection = await connectLocally(call);
  const service = call.args[0]!;
  const caller = call.options.text("as") ?? (await usualCaller(connection, service));
  const called = await performCall(call, connection, { service, caller, payload });
  return {
    data: call.globals.verbose ? called : called.answer,
    text: ({ style }) => {
      const answer = JSON.stringify(called.answer, null, 2) ?? "";
      if (!call.globals.verbose) return answer;
      const { attempts, durationMs, decisions } = called;
      const counted = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
      const story = [...decisions.flatMap(explainDecision), `${counted}, ${showDuration(durationMs)}`];
      return [...story.map((line) => style.dim(line)), answer].join("\n");
    },
  };
}

/** The first caller that the service allows; throws TULLE6004 and TULLE6015. */
async function usualCaller({ control }: Connection, service: string): Promise<string> {
  const found = (await publishedSnapshot(control)).services[service];
  if (found === undefined) throw new TulleError("TULLE6004", `No service "${service}" is published.`);
  const [first] = found.allow;
  if (first === undefined) throw new TulleError("TULLE6015", `"${service}" allows no caller.`);
  return first === "*" ? "cli" : first;
}

interface Wanted {
  readonly service: string;
  readonly caller: string;
  readonly payload: string;
}

async function performCall(call: CommandCall, connection: Connection & { local: DevFile }, wanted: Wanted) {
  const { service, caller, payload } = wanted;
  const decisions: DecisionRecord[] = [];
  const snapshot = await snapshotFor(connection, caller);
  if (snapshot.services[service] === undefined)
    throw new TulleError("TULLE6004", `"${caller}" does not list "${service}" under its \`uses\`.`);
  const mesh = meshOf(connection.local, caller, snapshot, (record) => decisions.push(record));
  await mesh.ready();
  const { key, constellation, deadlineMs } = contextOf(call);
  const startedAtMs = performance.now();
  const outcome = await mesh.within({ key, constellation, deadlineMs }, () =>
    mesh.call(service, payload, { signal: call.signal, ...(key !== null && { key }) }),
  );
  const answer = explaining(() => answerOf(service, outcome) ?? null, decisions, call);
  const called: Called = {
    answer,
    caller,
    outcome: outcome.kind === "answer" ? outcome.outcome : outcome.kind,
    attempts: outcome.kind === "fallback" ? 0 : outcome.attempts,
    durationMs: Math.round(performance.now() - startedAtMs),
    decisions,
  };
  return called;
}

/** A call that failed is the one whose decision is looked for. */
function explaining<T>(
  read: () => T,
  decisions: readonly DecisionRecord[],
  { output, globals }: CommandCall,
): T {
  try {
    return read();
  } catch (error) {
    if (globals.verbose) for (const line of decisions.flatMap(explainDecision)) output.complain(line);
    throw error;
  }
}

/** What the caller itself would read; somebody who is no part of the mesh sees the whole. */
async function snapshotFor({ control }: Connection, caller: string): Promise<Snapshot> {
  const whole = await publishedSnapshot(control);
  return whole.uses[caller] === undefined ? whole : scopeSnapshot(whole, caller);
}

function contextOf({ options }: CommandCall) {
  const deadline = options.text("deadline");
  return {
    key: options.text("key"),
    constellation: options.text("constellation"),
    deadlineMs: deadline === null ? null : Date.now() + readDuration(deadline),
  };
}

/**
 * A data plane of its own; it reports nothing, so that a call by hand does not stand in the fleet's
 * numbers.
 */
function meshOf(
  { control, platform }: DevFile,
  caller: string,
  snapshot: Snapshot,
  onDecision: (record: DecisionRecord) => void,
): Mesh {
  return createMesh({
    service: caller,
    control: control.url,
    token: control.token,
    environment: {
      AWS_ENDPOINT_URL_LAMBDA: platform.url,
      AWS_REGION: platform.region,
      AWS_ACCESS_KEY_ID: platform.accessKeyId,
      AWS_SECRET_ACCESS_KEY: platform.secretAccessKey,
    },
    fetchSnapshot: async () => ({ kind: "snapshot", snapshot, tag: null }),
    sendReport: null,
    onDecision,
  });
}
