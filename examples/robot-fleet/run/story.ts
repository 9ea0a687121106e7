/**
 * What happens during a run, as shares of its length: ordinary traffic, a table that moves, chargers that
 * fail and recover. `npm start` without `--for` tells it once in forty seconds and then goes on with
 * ordinary traffic.
 */
import type { ControlClient, ControlEvent } from "@tulle/control/client";
import type { FleetData } from "./fleet-data.ts";
import type { Traffic } from "./traffic.ts";

export interface Stage {
  readonly traffic: Traffic;
  readonly data: FleetData;
  readonly control: ControlClient;
  /** Applies an environment of the configuration, as `tulle apply -e NAME` does. */
  readonly applyEnvironment: (name: string) => Promise<void>;
  readonly say: (line: string) => void;
  /** Rejects with the signal's reason when the run is ended early. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** What the story did and when, for the checks that read it afterwards. */
export interface Told {
  /** The heartbeat sent before and the one sent after the table moved. */
  readonly beforeMove: string;
  readonly afterMove: string;
  readonly moveTookMs: number;
  readonly troubleAtMs: number;
  readonly healedAtMs: number;
  readonly shedMs: number | null;
}

const TROUBLE_KEY = "#trouble";
export const OLD_TABLE = "fleet-robots-2025";
export const NEW_TABLE = "fleet-robots-2026";

export async function tell(stage: Stage, lengthMs: number): Promise<Told> {
  const { traffic, data, say, sleep } = stage;
  const beforeMove = "robot-before-the-move";
  const afterMove = "robot-after-the-move";
  await sleep(lengthMs * 0.2);
  await traffic.send("heartbeat", beforeMove);

  say(
    "the robots' table moves: the name `robots` now stands for another table, and nothing is deployed again",
  );
  const moveAtMs = Date.now();
  await stage.applyEnvironment("moved");
  const moveTookMs = Date.now() - moveAtMs;
  // Every invocation that starts more than a second after a publish uses it.
  await sleep(1000);
  await traffic.send("heartbeat", afterMove);
  await sleep(lengthMs * 0.05);

  say("trouble: every charger stops answering; charging throws, and its callers will notice");
  const troubleAtMs = Date.now();
  await setTrouble(data, true);
  await sleep(lengthMs * 0.25);
  await untilNoticed(stage, { sinceMs: troubleAtMs, patienceMs: lengthMs * 0.5 });
  const shedMs = await firstOpening(stage, troubleAtMs);
  await describeBreakers(stage);

  say("the chargers are back: one call at a time finds out, and the circuits close");
  const healedAtMs = Date.now();
  await setTrouble(data, false);
  await sleep(Math.max(lengthMs * 0.3, 6000));
  await describeBreakers(stage);
  return { beforeMove, afterMove, moveTookMs, troubleAtMs, healedAtMs, shedMs };
}

/** The chargers' switch stands in both tables, because `charging` reads whichever `robots` stands for. */
async function setTrouble(data: FleetData, charging: boolean): Promise<void> {
  for (const table of [OLD_TABLE, NEW_TABLE]) await data.putItem(table, { id: TROUBLE_KEY, charging });
}

export const ENVIRONMENTS_THAT_NOTICE = 8;

/** Environments of callers in which a circuit to charging has opened. */
export function environmentsThatOpened(events: readonly ControlEvent[]): ReadonlySet<string> {
  const opened = events.filter(
    (event) => event.kind === "breaker" && event.service === "charging" && event.transition === "opened",
  );
  return new Set(opened.flatMap((event) => (event.kind === "breaker" ? [event.environmentId] : [])));
}

/** A slow machine makes fewer calls in the same time, so the trouble may last longer there. */
async function untilNoticed(
  { control, sleep }: Stage,
  { sinceMs, patienceMs }: { readonly sinceMs: number; readonly patienceMs: number },
): Promise<void> {
  const endMs = Date.now() + patienceMs;
  while (Date.now() < endMs) {
    const events = (await control.events()).filter(({ atMs }) => atMs >= sinceMs);
    if (environmentsThatOpened(events).size >= ENVIRONMENTS_THAT_NOTICE) return;
    await sleep(250);
  }
}

async function firstOpening({ control }: Stage, sinceMs: number): Promise<number | null> {
  const events = await control.events();
  const first = events.find((event) => event.kind === "breaker" && event.atMs >= sinceMs);
  return first === undefined ? null : first.atMs - sinceMs;
}

async function describeBreakers({ control, say }: Stage): Promise<void> {
  for (const edge of await control.breakers()) {
    if (edge.openedIn === 0) continue;
    say(
      `  ${edge.caller} -> ${edge.service}: ` +
        `circuit open in ${edge.open} of ${edge.environments} environments`,
    );
  }
}
