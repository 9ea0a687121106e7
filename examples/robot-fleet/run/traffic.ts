/**
 * Robots as outside clients see them: missions in waves, heartbeats, inspections and reports, over plain
 * HTTP.
 */
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

export interface Answer {
  readonly kind: "mission" | "heartbeat" | "inspection" | "report";
  readonly robotId: string | null;
  readonly status: number;
  readonly durationMs: number;
  /** Parsed JSON body; null where there was none. */
  readonly body: unknown;
  readonly atMs: number;
}

export interface Traffic {
  /** In the order in which they came; those of the warm-up are not among them. */
  readonly answers: readonly Answer[];
  /** Sends one request and keeps its answer; status 0 is a connection that failed. */
  send(kind: Answer["kind"], robotId?: string): Promise<Answer>;
  /** Sends growing waves, each when the last was answered, until every service has its environments. */
  warmUp(): Promise<void>;
  /** Sends waves until stopped: at most one each 400 ms, and none before the last one was answered. */
  begin(): void;
  /** Resolves when the last answer is in. */
  stop(): Promise<void>;
}

const ROBOTS = 400;
const WAVE_MS = 400;
/** Missions of one wave go out at once: that is how many environments each service has to have. */
const WAVE_SIZE = 8;

export function createTraffic(gatewayUrl: string, nowMs: () => number = Date.now): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const answers: Answer[] = [];
  const pending = new Set<Promise<Answer>>();

  function send(kind: Answer["kind"], robotId?: string): Promise<Answer> {
    const answer = exchange({ agent, gatewayUrl, nowMs }, kind, robotId ?? null);
    pending.add(answer);
    void answer.then((done) => {
      pending.delete(answer);
      answers.push(done);
    });
    return answer;
  }

  async function warmUp(): Promise<void> {
    for (const size of [1, 2, 4, 6, WAVE_SIZE, WAVE_SIZE]) {
      const wave = Array.from({ length: size }, (_, i) => send("mission", robot(i * 29)));
      await Promise.all([...wave, send("heartbeat", robot(0)), send("report")]);
    }
    answers.length = 0;
  }

  let stopped = false;
  let waves = Promise.resolve();
  async function sendWaves(): Promise<void> {
    for (let wave = 0; !stopped; wave++) {
      const missions = Array.from({ length: WAVE_SIZE }, (_, i) =>
        send("mission", robot((wave * 37 + i * 11) % ROBOTS)),
      );
      void send("heartbeat", robot((wave * 13) % ROBOTS));
      if (wave % 3 === 0) void send("inspection", robot(wave % ROBOTS));
      if (wave % 8 === 0) void send("report");
      await Promise.all([wait(WAVE_MS), ...missions]);
    }
  }
  function begin(): void {
    waves = sendWaves();
  }

  async function stop(): Promise<void> {
    stopped = true;
    await waves;
    await Promise.all(pending);
    agent.destroy();
  }
  return { answers, send, warmUp, begin, stop };
}

interface Line {
  readonly agent: Agent;
  readonly gatewayUrl: string;
  readonly nowMs: () => number;
}

const requests = {
  mission: (robotId: string) => ({
    method: "POST",
    path: "/v1/missions",
    body: { robotId, to: { x: 3, y: 4 } },
  }),
  inspection: (robotId: string) => ({ method: "POST", path: "/v1/inspections", body: { robotId } }),
  heartbeat: (robotId: string) => ({
    method: "POST",
    path: `/v1/robots/${robotId}/heartbeat`,
    body: { position: { x: 1, y: 2 }, batteryPercent: 50 },
  }),
  report: () => ({ method: "GET", path: "/v1/reports/daily", body: undefined }),
};

function exchange(line: Line, kind: Answer["kind"], robotId: string | null): Promise<Answer> {
  const { method, path, body } = requests[kind](robotId ?? "");
  const startMs = line.nowMs();
  return new Promise((resolve) => {
    const finish = (status: number, parsed: unknown) =>
      resolve({ kind, robotId, status, durationMs: line.nowMs() - startMs, body: parsed, atMs: startMs });
    const headers = {
      "content-type": "application/json",
      ...(robotId !== null && { "x-robot-id": robotId }),
    };
    const outgoing = request(
      new URL(path, line.gatewayUrl),
      { method, agent: line.agent, headers, timeout: 15_000 },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", () => finish(0, null));
        incoming.on("end", () => finish(incoming.statusCode ?? 0, parse(Buffer.concat(chunks).toString())));
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 15 s")));
    outgoing.on("error", () => finish(0, null));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function robot(number: number): string {
  return `robot-${number}`;
}
