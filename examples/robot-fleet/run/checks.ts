/** Whether the mesh did its job in a run, read off what clients saw and what data planes reported. */
import type { FleetData } from "./fleet-data.ts";
import { attemptsOn, type Facts, splitShares, summarise } from "./report.ts";
import {
  ENVIRONMENTS_THAT_NOTICE,
  environmentsThatOpened,
  NEW_TABLE,
  OLD_TABLE,
  type Told,
} from "./story.ts";
import type { Answer } from "./traffic.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Evidence {
  readonly answers: readonly Answer[];
  readonly facts: Facts;
  readonly told: Told;
  readonly data: FleetData;
  /** Versions of all functions when the run began and when it ended. */
  readonly versionsBefore: string;
  readonly versionsAfter: string;
}

export async function checkRun(evidence: Evidence): Promise<readonly Check[]> {
  return [
    everyMissionIsAnswered(evidence),
    mutualDependency(evidence),
    await nameIsRepointed(evidence),
    trafficIsSplit(evidence),
    keysAreSticky(evidence),
    breakersOpen(evidence),
    callersGetTheFallback(evidence),
    breakersClose(evidence),
    deadlineStopsWork(evidence),
  ];
}

function everyMissionIsAnswered({ answers }: Evidence): Check {
  const ordinary = answers.filter(({ kind }) => kind !== "inspection");
  const failed = ordinary.filter(({ status }) => status < 200 || status > 299);
  const { byStatus } = summarise(ordinary);
  return {
    name: "every mission, heartbeat and report is answered, trouble or not",
    ok: failed.length === 0 && ordinary.length > 0,
    detail: `${ordinary.length} requests by status: ${JSON.stringify(byStatus)}`,
  };
}

function mutualDependency({ facts }: Evidence): Check {
  const there = okOn(facts, "dispatch", "charging");
  const back = okOn(facts, "charging", "dispatch");
  return {
    name: "dispatch and charging call each other",
    ok: there > 0 && back > 0,
    detail: `${there} calls there, ${back} calls back`,
  };
}

async function nameIsRepointed({ data, told, versionsBefore, versionsAfter }: Evidence): Promise<Check> {
  const [oldThen, newThen, oldNow, newNow] = await Promise.all([
    data.hasItem(OLD_TABLE, told.beforeMove),
    data.hasItem(NEW_TABLE, told.beforeMove),
    data.hasItem(OLD_TABLE, told.afterMove),
    data.hasItem(NEW_TABLE, told.afterMove),
  ]);
  return {
    name: "a name is repointed to another table with no redeployment",
    ok: oldThen && !newThen && !oldNow && newNow && versionsBefore === versionsAfter,
    detail:
      `before: old ${oldThen}, new ${newThen}; after: old ${oldNow}, new ${newNow}; ` +
      `function versions ${versionsBefore === versionsAfter ? "unchanged" : "changed"}; ` +
      `published in ${told.moveTookMs} ms`,
  };
}

function trafficIsSplit({ facts }: Evidence): Check {
  const shares = splitShares(facts.edges)["dispatch>navigator"] ?? {};
  const canary = shares["canary"] ?? 0;
  return {
    name: "two revisions of navigator share traffic 9:1",
    // Of 400 keys 40 are expected on the canary; five standard deviations of the binomial are 30.
    ok: canary > 0.025 && canary < 0.175,
    detail: `shares of attempts: ${JSON.stringify(shares)}`,
  };
}

function keysAreSticky({ answers }: Evidence): Check {
  const planners = new Map<string, Set<string>>();
  for (const { kind, robotId, body } of answers) {
    const planner = (body as { route?: { planner?: string } } | null)?.route?.planner;
    if (kind !== "mission" || robotId === null || planner === undefined) continue;
    planners.set(robotId, (planners.get(robotId) ?? new Set()).add(planner));
  }
  const wandering = [...planners].filter(([, seen]) => seen.size > 1).map(([robotId]) => robotId);
  return {
    name: "a robot stays on one revision",
    ok: wandering.length === 0 && planners.size > 0,
    detail: `${planners.size} robots, ${wandering.length} saw both revisions`,
  };
}

function breakersOpen({ facts, told }: Evidence): Check {
  const opened = environmentsThatOpened(facts.transitions);
  return {
    name: `the breaker opens in at least ${ENVIRONMENTS_THAT_NOTICE} callers' environments`,
    ok: opened.size >= ENVIRONMENTS_THAT_NOTICE && told.shedMs !== null,
    detail: `opened in ${opened.size} environments, the first ${told.shedMs} ms after the fault`,
  };
}

function callersGetTheFallback({ facts, answers, told }: Evidence): Check {
  const fallbacks = facts.edges.reduce((sum, edge) => sum + edge.fallbacks, 0);
  const shed = facts.edges.reduce((sum, edge) => sum + (edge.refusals["TULLE2002"] ?? 0), 0);
  const degraded = answers.filter(
    ({ kind, atMs, body }) =>
      kind === "mission" && atMs > told.troubleAtMs && JSON.stringify(body).includes('"degraded":true'),
  );
  return {
    name: "callers get the fallback while the circuit is open",
    ok: fallbacks > 0 && shed > 0 && degraded.length > 0,
    detail:
      `${shed} calls shed, ${fallbacks} answered by the fallback; ` +
      `${degraded.length} missions went ahead degraded, p95 ${summarise(degraded).latencyMs.p95} ms`,
  };
}

function breakersClose({ facts, answers }: Evidence): Check {
  const closed = facts.transitions.filter(({ transition }) => transition === "closed").length;
  const open = facts.breakers.reduce((sum, edge) => sum + edge.open, 0);
  const last = answers.filter(({ kind }) => kind === "mission").slice(-8);
  const healthy = last.filter(({ body }) => !JSON.stringify(body).includes('"degraded":true'));
  return {
    name: "the circuits close when charging is back",
    ok: closed > 0 && healthy.length > last.length / 2,
    detail:
      `${closed} closings, ${open} still open; ` +
      `${healthy.length} of the last ${last.length} missions are whole`,
  };
}

/** The door gives an inspection 1,500 ms; the two services take 1,700 ms before the third call. */
function deadlineStopsWork({ answers, facts }: Evidence): Check {
  const inspections = answers.filter(({ kind }) => kind === "inspection");
  const timedOut = inspections.filter(({ status }) => status === 504);
  // While the circuit to charging is open, the fallback ends an inspection before its deadline does.
  const cutShort = inspections.filter(({ body }) => JSON.stringify(body).includes('"degraded":true'));
  const refused = facts.edges
    .filter(({ caller, service }) => caller === "charging" && service === "dispatch")
    .reduce((sum, edge) => sum + (edge.refusals["TULLE2003"] ?? 0), 0);
  const slowest = Math.max(0, ...inspections.map(({ durationMs }) => durationMs));
  return {
    name: "a deadline set at the door stops work three calls deep",
    ok: timedOut.length > 0 && timedOut.length + cutShort.length === inspections.length && refused > 0,
    detail:
      `${timedOut.length} of ${inspections.length} inspections ended with 504, ` +
      `${cutShort.length} with the fallback, the slowest after ${Math.round(slowest)} ms; ` +
      `${refused} third calls were never sent`,
  };
}

function okOn(facts: Facts, caller: string, service: string): number {
  const edges = facts.edges.filter((edge) => edge.caller === caller && edge.service === service);
  return edges.reduce((sum, edge) => sum + (attemptsOn(edge) > 0 ? (edge.outcomes.ok ?? 0) : 0), 0);
}
