import type { AnswerableCall, Verdict } from "../runtime-api/connection.ts";
import { openRuntimeApi, type RuntimeApiServer } from "../runtime-api/server.ts";
import { Alarm } from "./alarm.ts";
import { createEnvironmentLog, type EnvironmentLog } from "./environment-log.ts";
import type { FunctionProcess, FunctionProcessEnd } from "./function-process.ts";
import { closingLines, createJob, type Job, openingLine, resultOf } from "./job.ts";
import {
  advance,
  type FinishKind,
  type LifecycleAnswer,
  type LifecycleEffect,
  type LifecycleEvent,
  type LifecycleState,
  NEW_ENVIRONMENT,
} from "./lifecycle.ts";
import { outcomeOf, type Posted } from "./outcome.ts";
import type { EnvironmentStatus, ExecutionTarget, Invocation, InvocationResult } from "./port.ts";
import { initReportLine, initStartLine } from "./report.ts";
import { createMemorySampler } from "./resident-memory.ts";
import { translateCall, verdictOf } from "./runtime-calls.ts";

/**
 * One execution environment at work: owns the process, the address and the clock, and carries out what the
 * state machine in `lifecycle.ts` decides. It decides nothing itself.
 *
 * A response is told to the caller one turn of the event loop after it arrived: whatever the function logged
 * before is read from its pipes by then, so that the log is complete and in order. What the state machine
 * says about the environment's next use waits for the same moment.
 */
export interface Environment {
  readonly id: string;
  readonly target: ExecutionTarget;
  /** Monotonic milliseconds since when it has had nothing to do. */
  readonly idleSinceMs: number;
  /** Value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Only when it is available, or starting without an invocation. */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** Resolves when the first initialisation is over, whatever came of it. */
  prewarm(): Promise<void>;
  status(): EnvironmentStatus;
  /** Ends the process, whatever it does; an invocation at hand is rejected. */
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly id: string;
  readonly target: ExecutionTarget;
  readonly freeze: boolean;
  readonly runtimeVersion: string;
  readonly epoch: () => number | null;
  /** Starts the process, or adopts one that waits. */
  readonly startProcess: (environment: Environment) => FunctionProcess;
  readonly log: (line: string) => void;
  readonly available: (environment: Environment) => void;
  /** What an invocation is rejected with when the environment is closed under it. */
  readonly closedError: () => Error;
}

/** Time that AWS gives to an initialisation before it is repeated inside the invocation. */
const INITIALISATION_LIMIT_MS = 10_000;

export async function createEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const environment = new Machine(options);
  await environment.open();
  return environment;
}

class Machine implements Environment {
  readonly id: string;
  readonly target: ExecutionTarget;
  idleSinceMs: number = performance.now();
  readonly #options: EnvironmentOptions;
  readonly #log: EnvironmentLog;
  #api: RuntimeApiServer | null = null;
  #state: LifecycleState = NEW_ENVIRONMENT;
  #process: FunctionProcess | null = null;
  #end: FunctionProcessEnd | null = null;
  #job: Job | null = null;
  #posted: Posted | null = null;
  readonly #alarm = new Alarm(() => this.#dispatch({ kind: "time-up" }));
  #startedAtMs = 0;
  #invocations = 0;
  readonly #memory = createMemorySampler();
  /** What waits for the log to be read; null while nothing does. */
  #deferred: (() => void)[] | null = null;
  #initialisationOver: (() => void)[] = [];
  #ended: (() => void)[] = [];

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.id = options.id;
    this.target = options.target;
    this.#log = createEnvironmentLog(options.log);
  }

  get address(): string {
    return this.#api?.address ?? "";
  }

  async open(): Promise<void> {
    this.#api = await openRuntimeApi({
      called: (call) => this.#called(call),
      nextLost: () => this.#dispatch({ kind: "next-lost" }),
    });
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    return new Promise((resolve, reject) => {
      this.#job = createJob(invocation, { resolve, reject });
      this.#log.follow(this.#job.tail);
      this.#invocations += 1;
      this.#dispatch({ kind: "invoke", invocation: invocation.requestId });
    });
  }

  prewarm(): Promise<void> {
    return new Promise((resolve) => {
      this.#initialisationOver.push(resolve);
      this.#dispatch({ kind: "prewarm" });
    });
  }

  status(): EnvironmentStatus {
    return {
      id: this.id,
      functionName: this.target.functionName,
      version: this.target.version,
      state: STATUS[this.#state.kind],
      invocations: this.#invocations,
      pid: this.#process?.pid ?? null,
    };
  }

  async close(): Promise<void> {
    this.#dispatch({ kind: "close" });
    this.#alarm.close();
    for (const resolve of this.#initialisationOver.splice(0)) resolve();
    if (this.#process !== null) await new Promise<void>((resolve) => this.#ended.push(resolve));
    await this.#api?.close();
  }

  #dispatch(event: LifecycleEvent): LifecycleAnswer | null {
    const { state, effects, answer } = advance(this.#state, event, this.#options.freeze);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    return answer;
  }

  #carryOut(effect: LifecycleEffect): void {
    const { kind } = effect;
    if (kind === "spawn") this.#spawn();
    else if (kind === "kill") this.#kill();
    else if (kind === "begin") this.#begin();
    else if (kind === "deliver") this.#deliver();
    else if (kind === "finish") this.#finish(effect.how);
    else if (kind === "thaw") this.#process?.resume();
    else if (kind === "freeze") this.#afterLog(() => this.#freeze());
    else if (kind === "available") this.#afterLog(() => this.#available());
    else if (kind === "arm-initialisation") this.#alarm.set(INITIALISATION_LIMIT_MS);
    else if (kind === "disarm") this.#alarm.clear();
    else if (kind === "initialised") this.#initialised();
    else if (kind === "initialisation-failed") this.#initialisationFailed();
    else kind satisfies never;
  }

  #called(call: AnswerableCall): Verdict {
    const { event, posted } = translateCall(call);
    this.#posted = posted;
    const before = this.#state;
    return verdictOf(this.#dispatch(event)!, before, event);
  }

  #spawn(): void {
    this.#end = null;
    this.#startedAtMs = performance.now();
    if (this.#job !== null) this.#job.coldStart = true;
    this.#log.line(initStartLine(this.#options.runtimeVersion));
    this.#process = this.#options.startProcess(this);
    this.#process.attach({
      output: (source, chunk) => this.#log.output(source, chunk),
      ended: (end) => this.#processEnded(end),
    });
    if (this.#process.channel !== null) this.#api?.adopt(this.#process.channel);
  }

  #kill(): void {
    this.#process?.kill();
    this.#api?.disconnect();
  }

  /** It may have moved on while the log was read. */
  #freeze(): void {
    if (this.#state.kind === "idle") this.#process?.stop();
  }

  #processEnded(end: FunctionProcessEnd): void {
    this.#process = null;
    this.#end = end;
    this.#log.flush();
    this.#api?.disconnect();
    this.#dispatch({ kind: "exited" });
    for (const resolve of this.#ended.splice(0)) resolve();
  }

  #begin(): void {
    const job = this.#job!;
    job.beganAtMs = performance.now();
    this.#log.line(openingLine(job, this.target));
    this.#alarm.set(this.target.timeoutSeconds * 1000);
  }

  #deliver(): void {
    const { invocation, beganAtMs } = this.#job!;
    const remainingMs = this.target.timeoutSeconds * 1000 - (performance.now() - beganAtMs);
    const head = {
      requestId: invocation.requestId,
      deadlineMs: Math.floor(Date.now() + remainingMs),
      invokedFunctionArn: invocation.invokedFunctionArn,
      traceId: invocation.traceId,
      clientContext: invocation.clientContext,
      epoch: this.#options.epoch(),
    };
    if (this.#api?.answerNext(head, invocation.payload) !== true) this.#dispatch({ kind: "undelivered" });
  }

  #initialised(): void {
    if (this.#job !== null) this.#job.initDurationMs = performance.now() - this.#startedAtMs;
    for (const resolve of this.#initialisationOver.splice(0)) resolve();
  }

  #initialisationFailed(): void {
    this.#log.flush();
    const durationMs = performance.now() - this.#startedAtMs;
    const timedOut = durationMs >= INITIALISATION_LIMIT_MS;
    this.#log.line(initReportLine(durationMs, timedOut ? "timeout" : "error", "Runtime.Unknown"));
    for (const resolve of this.#initialisationOver.splice(0)) resolve();
  }

  #finish(how: FinishKind): void {
    const job = this.#job!;
    if (how === "closed") {
      this.#job = null;
      job.reject(this.#options.closedError());
      return;
    }
    job.outcome = outcomeOf(how, {
      requestId: job.invocation.requestId,
      timeoutSeconds: this.target.timeoutSeconds,
      posted: this.#posted,
      end: this.#end,
      nowMs: performance.now(),
      wallClockMs: Date.now(),
    });
    this.#posted = null;
    this.#deferred = [];
    setImmediate(() => this.#conclude(job));
  }

  #conclude(job: Job): void {
    this.#log.flush();
    for (const line of closingLines(job, this.target, this.#memory.peakMb(this.#process?.pid ?? null)))
      this.#log.line(line);
    this.#log.follow(null);
    this.#job = null;
    job.resolve(resultOf(job));
    const deferred = this.#deferred;
    this.#deferred = null;
    for (const run of deferred ?? []) run();
  }

  #afterLog(run: () => unknown): void {
    if (this.#deferred === null) run();
    else this.#deferred.push(run);
  }

  #available(): void {
    this.idleSinceMs = performance.now();
    this.#options.available(this);
  }
}

const STATUS: Readonly<Record<LifecycleState["kind"], EnvironmentStatus["state"]>> = {
  down: "idle",
  initialising: "starting",
  idle: "idle",
  busy: "busy",
  ending: "stopping",
  gone: "stopping",
};
