/**
 * `npm start`: the robot fleet on the local platform, with traffic, trouble and recovery, in plain lines.
 *
 * With `--for 20s` it runs unattended, checks whether the mesh did its job and says so with its exit code;
 * without, it goes on until Ctrl-C.
 */
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type DevEvent, type DevSession, startDev } from "@tulle/cli/dev";
import { loadMesh, renderFindings } from "@tulle/config";
import { readArguments, usage } from "./run/arguments.ts";
import { checkRun } from "./run/checks.ts";
import { type FleetData, startFleetData } from "./run/fleet-data.ts";
import { functionVersions } from "./run/function-versions.ts";
import { gatherFacts, type Report, writeReport } from "./run/report.ts";
import { type Told, tell } from "./run/story.ts";
import { createTraffic, type Traffic } from "./run/traffic.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const startedMs = performance.now();

const STORY_MS = 40_000;
/** Data planes report once a second; what they still hold when traffic ends is in by then. */
const REPORTS_SETTLE_MS = 2500;
const PROGRESS_MS = 5000;

async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2));
  if ("problem" in options) {
    console.error(`${options.problem}\n${usage}`);
    return 2;
  }
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());

  const data = await startFleetData();
  let session: DevSession | null = null;
  try {
    session = await startSession(data, stopping.signal);
    const traffic = createTraffic(session.urls.gateways["edge"]!);
    await greet(session, traffic);
    say("warming up: waves of missions grow until every service has the environments it needs");
    await traffic.warmUp();
    traffic.begin();
    return await run({ session, data, traffic, signal: stopping.signal }, options);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    await session?.close();
    await data.close();
    say("everything that was started has stopped");
  }
}

const INTERRUPTED = 130;

interface Run {
  readonly session: DevSession;
  readonly data: FleetData;
  readonly traffic: Traffic;
  readonly signal: AbortSignal;
}

async function run(stage: Run, options: { forMs: number | null; report: string | null }): Promise<number> {
  const { session, data, traffic, signal } = stage;
  const progress = setInterval(() => sayProgress(traffic), PROGRESS_MS);
  const versionsBefore = await functionVersions(session);
  try {
    const told = await tell(
      {
        traffic,
        data,
        control: session.control,
        applyEnvironment: (environment) => applyEnvironment(session, environment),
        say,
        sleep: async (ms) => void (await wait(ms, undefined, { signal })),
      },
      options.forMs ?? STORY_MS,
    );
    if (options.forMs === null) {
      say("that was the story; traffic goes on until Ctrl-C");
      await wait(2 ** 31 - 1, undefined, { signal });
    }
    await traffic.stop();
    await wait(REPORTS_SETTLE_MS, undefined, { signal });
    return await conclude(stage, { told, versionsBefore, report: options.report });
  } finally {
    clearInterval(progress);
    await traffic.stop();
  }
}

/** What `tulle apply -e NAME` does: publishes, and deploys nothing. */
async function applyEnvironment(session: DevSession, environment: string): Promise<void> {
  const loaded = await loadMesh({ path: session.configFile, environment });
  if (!loaded.ok) throw new Error(renderFindings(loaded.findings));
  await session.control.publish({ config: loaded.config, message: `environment ${environment}` });
}

async function conclude(
  { session, data, traffic }: Run,
  { told, versionsBefore, report: path }: { told: Told; versionsBefore: string; report: string | null },
): Promise<number> {
  const { answers } = traffic;
  const facts = await gatherFacts(session.control);
  const versionsAfter = await functionVersions(session);
  const checks = await checkRun({ answers, facts, told, data, versionsBefore, versionsAfter });
  const report = writeReport(answers, facts, {
    durationMs: Math.round(performance.now() - startedMs),
    checks,
  });
  if (path !== null) writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  sayConclusion(report);
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

/** The state of an earlier run would be counted into this one. */
function startSession(data: FleetData, signal: AbortSignal): Promise<DevSession> {
  const dataFolder = join(folder, ".tulle");
  rmSync(dataFolder, { recursive: true, force: true });
  const env = { ...process.env, ...data.endpoints };
  return startDev({ cwd: folder, dataFolder, env, watch: false, signal, onEvent: sayProblem });
}

async function greet({ urls, processes }: DevSession, traffic: Traffic): Promise<void> {
  const edge = urls.gateways["edge"];
  say(`gateway            ${edge}  (POST /v1/missions, GET /v1/reports/daily, ...)`);
  say(`Lambda endpoint    ${urls.platform}  (any AWS SDK, the aws CLI: npx tulle status says how)`);
  say(`control            ${urls.control}`);
  say(
    `processes          ${processes()
      .map(({ name, pid }) => `${name} ${pid}`)
      .join(", ")}, and one for each environment`,
  );
  const { status } = await traffic.send("heartbeat", "robot-first");
  const elapsedMs = Math.round(performance.now() - startedMs);
  say(`first invocation answered with ${status}, ${elapsedMs} ms after the start`);
}

function sayProgress({ answers }: Traffic): void {
  const recent = answers.filter(({ kind, atMs }) => kind === "mission" && atMs > Date.now() - PROGRESS_MS);
  const degraded = recent.filter(({ body }) => JSON.stringify(body).includes('"degraded":true')).length;
  const canary = recent.filter(({ body }) => JSON.stringify(body).includes('"planner":"v2"')).length;
  const failed = recent.filter(({ status }) => status > 299 || status === 0).length;
  say(
    `${recent.length} missions in ${PROGRESS_MS / 1000} s: ${canary} planned by the canary, ` +
      `${degraded} without a charger, ${failed} failed`,
  );
}

function sayConclusion({ checks, gateway }: Report): void {
  for (const { name, ok, detail } of checks) say(`${ok ? "ok    " : "FAILED"} ${name}: ${detail}`);
  for (const [kind, { count, latencyMs }] of Object.entries(gateway)) {
    say(
      `${kind}: ${count} requests, p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, p99 ${latencyMs.p99} ms`,
    );
  }
}

function sayProblem(event: DevEvent): void {
  if (event.kind === "problem") say(`${event.source}: ${event.text}`);
}

function say(line: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
  console.log(`${seconds} s  ${line}`);
}

process.exitCode = await main();
