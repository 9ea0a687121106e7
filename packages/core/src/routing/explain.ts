import type { DecisionRecord } from "./record.ts";

/**
 * Says in words what a decision record holds. A rendering and nothing more: whatever it states was decided by
 * `decide`.
 */
export function explainDecision(record: DecisionRecord): readonly string[] {
  return [
    `${record.caller} calls ${record.service} (snapshot ${record.snapshotVersion}, ${shortHash(record)})`,
    ...(record.kind === "pass" ? ["the name is not routed by the mesh: the call goes on untouched"] : []),
    ...pinLines(record),
    ...ruleLines(record),
    ...drawLines(record),
    ...admissionLines(record),
    ...outcomeLines(record),
  ];
}

function shortHash({ snapshotHash }: DecisionRecord): string {
  return snapshotHash.slice(0, 12);
}

function pinLines({ constellation, drawnBy, revision }: DecisionRecord): string[] {
  if (constellation === null) return [];
  return drawnBy === "constellation" && revision !== null
    ? [`the request is pinned to constellation ${constellation}, which has revision ${revision}`]
    : [`the request is pinned to constellation ${constellation}, which does not override this name`];
}

function ruleLines({ rule }: DecisionRecord): string[] {
  return rule < 0 ? [] : [`rule ${rule + 1} matched`];
}

const keyWords: Readonly<Record<DecisionRecord["drawnBy"], string | null>> = {
  none: "the only revision with weight took the call",
  constellation: null,
  call: "the key given with the call",
  request: "the request's key",
  trace: "the request's trace root",
  payload: "a field of the payload",
  random: "a fresh draw, because there was no key",
};

function drawLines(record: DecisionRecord): string[] {
  const words = keyWords[record.drawnBy];
  if (words === null || record.revision === null) return [];
  if (record.slot < 0) return [`${words}: ${record.revision}`];
  const key = record.drawnBy === "call" || record.drawnBy === "request" ? ` "${record.key}"` : "";
  return [
    `${words}${key} fell into slot ${record.slot} of 10000, which belongs to revision ${record.revision}`,
  ];
}

function admissionLines({ admission, kind }: DecisionRecord): string[] {
  if (kind === "pass" || kind === "refuse") return [];
  if (admission === "shed") return ["the circuit is open and it is not time for a probe: the call is shed"];
  if (admission === "probe") return ["the circuit is open: the call goes out as its probe"];
  return ["the circuit is closed: the call is admitted"];
}

function outcomeLines(record: DecisionRecord): string[] {
  if (record.refusal !== null) return [`refused with ${record.refusal}`];
  if (record.target === null) return [];
  const waitMs =
    record.deadlineMs === null ? "no limit" : `${Math.round(record.deadlineMs - record.atMs)} ms left`;
  return [`it goes to ${record.target}, ${record.attemptTimeoutMs} ms for an attempt, ${waitMs} in all`];
}
