import { admit } from "../admission/index.ts";
import { type RequestContext, traceRoot } from "../context/index.ts";
import { FULL_WEIGHT } from "../model/index.ts";
import type { CallRequest, Decision, DrawSource, LocalState } from "./decision.ts";
import { slotOf } from "./hash.ts";
import type { PreparedMatch, PreparedRule, PreparedService, RoutingTable } from "./table.ts";

/**
 * Decides where a call goes: a pure function of the routing table, the environment's state, the request, the
 * time and one draw. Order: known name, access, deadline, constellation pin, matches, split, admission.
 *
 * @param random uniform in [0, 1); used only where a split has no key to hash.
 */
export function decide(
  table: RoutingTable,
  state: LocalState,
  request: CallRequest,
  nowMs: number,
  random: number,
): Decision {
  const service = table.services.get(request.service);
  if (service === undefined || service.mode === "off") return pass;
  if (!service.allowed) return refuse(service, "TULLE2001");
  const { context } = request;
  if (context.deadlineMs !== null && context.deadlineMs <= nowMs) return refuse(service, "TULLE2003");

  const rule = matchRule(service.rules, context);
  let revision = pinnedRevision(table, service, context.constellation);
  if (revision === REFUSED) return refuse(service, "TULLE2006");
  let drawnBy: DrawSource = "constellation";
  let slot = -1;
  if (revision === UNPINNED) {
    drawnBy = "none";
    revision = rule.only;
    if (revision === UNDRAWN) {
      const draw = drawSlot(service, rule, request, random);
      slot = draw.slot;
      drawnBy = draw.by;
      revision = memberAt(rule, slot);
    }
  }

  const target = service.revisions[revision]!;
  const admission = admit(state.plans[target.edge.index], nowMs);
  const ownDeadlineMs = nowMs + rule.requestMs;
  return {
    kind: admission === "shed" ? "shed" : "route",
    service,
    revision: target,
    rule: rule.index,
    drawnBy,
    slot,
    admission,
    deadlineMs:
      context.deadlineMs !== null && context.deadlineMs < ownDeadlineMs ? context.deadlineMs : ownDeadlineMs,
    attemptTimeoutMs: rule.backendRequestMs,
    refusal: admission === "shed" ? "TULLE2002" : null,
  };
}

const UNDRAWN = -1;
const UNPINNED = -2;
const REFUSED = -3;

/** The last prepared rule is unconditional, so a rule is always found. */
function matchRule(rules: readonly PreparedRule[], context: RequestContext): PreparedRule {
  for (let i = 0; i < rules.length - 1; i++) {
    const rule = rules[i]!;
    if (rule.matches === null || rule.matches.some((match) => holds(match, context))) return rule;
  }
  return rules[rules.length - 1]!;
}

function holds(match: PreparedMatch, context: RequestContext): boolean {
  if (match.constellation !== null && match.constellation !== context.constellation) return false;
  return match.values.every(([name, value]) => context.values[name] === value);
}

function pinnedRevision(table: RoutingTable, service: PreparedService, label: string | null): number {
  if (label === null) return UNPINNED;
  const constellation = table.constellations.get(label);
  if (constellation === undefined) return UNPINNED;
  return constellation.services.get(service.name) ?? (constellation.refuses ? REFUSED : UNPINNED);
}

function drawSlot(
  service: PreparedService,
  rule: PreparedRule,
  request: CallRequest,
  random: number,
): { slot: number; by: DrawSource } {
  const source = service.stickiness;
  if (source.kind === "payload") {
    const value = request.payloadField?.(source.field) ?? null;
    if (value !== null) return { slot: slotOf(rule.seed, value), by: "payload" };
  }
  if (source.kind !== "none") {
    if (request.key !== null) return { slot: slotOf(rule.seed, request.key), by: "call" };
    const { key, traceparent } = request.context;
    if (key !== null) return { slot: slotOf(rule.seed, key), by: "request" };
    const root = traceRoot(traceparent);
    if (root !== null) return { slot: slotOf(rule.seed, root), by: "trace" };
  }
  return { slot: Math.floor(random * FULL_WEIGHT), by: "random" };
}

function memberAt(rule: PreparedRule, slot: number): number {
  const { bounds, members } = rule;
  let i = 0;
  while (slot >= bounds[i]!) i++;
  return members[i]!;
}

const pass: Decision = {
  kind: "pass",
  service: null,
  revision: null,
  rule: -1,
  drawnBy: "none",
  slot: -1,
  admission: "admitted",
  deadlineMs: Number.POSITIVE_INFINITY,
  attemptTimeoutMs: Number.POSITIVE_INFINITY,
  refusal: null,
};

function refuse(service: PreparedService, refusal: NonNullable<Decision["refusal"]>): Decision {
  return { ...pass, kind: "refuse", service, refusal };
}
