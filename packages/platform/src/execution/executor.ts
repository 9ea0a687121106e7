import { TulleError } from "@tulle/core/errors";
import type { RuntimeDriver } from "../runtimes/driver.ts";
import { createNodeDriver } from "../runtimes/node.ts";
import type { Environment } from "./environment.ts";
import { closedError, createEnvironmentFactory, type EnvironmentFactory } from "./environment-factory.ts";
import { createPool, type Pool } from "./pool.ts";
import type {
  EnvironmentStatus,
  ExecutionTarget,
  Executor,
  ExecutorOptions,
  Invocation,
  InvocationResult,
} from "./port.ts";
import { createSpares, type Spares } from "./spares.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

/**
 * Runs functions in processes of their own.
 *
 * One environment per concurrent invocation, as on Lambda: an invocation takes an idle environment of its
 * target or gets a new one, and never waits in a line. At the limit on environments the longest idle one of
 * any target makes room; where none is idle the answer is a throttle at once.
 */
export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  const drivers = [createNodeDriver(options.dataFolder)];
  const watchdog = startWatchdog();
  const spares = createSpares(watchdog, options.spare ?? true);
  for (const driver of drivers) spares.refill(driver);
  return new ProcessExecutor(options, { drivers, watchdog, spares });
}

interface Parts {
  readonly drivers: readonly RuntimeDriver[];
  readonly watchdog: Watchdog;
  readonly spares: Spares;
}

/** The reason that Lambda gives with its 429. */
const NO_ROOM: InvocationResult = { kind: "throttled", reason: "ConcurrentInvocationLimitExceeded" };

class ProcessExecutor implements Executor {
  readonly #options: ExecutorOptions;
  readonly #parts: Parts;
  readonly #factory: EnvironmentFactory;
  readonly #pools = new Map<string, Pool>();
  /** Pools whose target was retired and that still have environments at work. */
  readonly #retired = new Set<Pool>();
  readonly #ending = new Map<Environment, Promise<void>>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #creating = new Set<Promise<Environment>>();
  #environments = 0;
  #closed: Promise<void> | null = null;

  constructor(options: ExecutorOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#factory = createEnvironmentFactory(options, parts.spares);
    const periodMs = Math.min(Math.max(options.idleTimeoutMs / 4, 25), 10_000);
    this.#sweeper = setInterval(() => this.#sweep(), periodMs).unref();
  }

  invoke(target: ExecutionTarget, invocation: Invocation): Promise<InvocationResult> {
    const environment = this.#pools.get(target.id)?.take();
    return environment?.invoke(invocation) ?? this.#invokeNew(target, invocation);
  }

  async #invokeNew(target: ExecutionTarget, invocation: Invocation): Promise<InvocationResult> {
    const pool = this.#poolFor(target);
    if (!this.#makeRoom()) return NO_ROOM;
    const created = await this.#create(target, pool, (one) => pool.add(one));
    return created.invoke(invocation);
  }

  async prewarm(target: ExecutionTarget, count: number): Promise<void> {
    const pool = this.#poolFor(target);
    const missing = count - pool.unused().length;
    const started: Promise<void>[] = [];
    for (let made = 0; made < missing && this.#hasRoom(); made++) {
      started.push(this.#create(target, pool, (one) => pool.addStarting(one)).then((one) => one.prewarm()));
    }
    await Promise.all(started);
  }

  async retire(targetId: string): Promise<void> {
    const pool = this.#pools.get(targetId);
    if (pool === undefined) return;
    this.#pools.delete(targetId);
    pool.retired = true;
    this.#retired.add(pool);
    await Promise.all(pool.unused().map((environment) => this.#end(pool, environment)));
  }

  describe(): readonly EnvironmentStatus[] {
    const living = [...this.#allPools()].flatMap((pool) => pool.all());
    return [...living, ...this.#ending.keys()].map((environment) => environment.status());
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#sweeper);
    // What is being made enters its pool first; its invocation is then rejected like every other.
    while (this.#creating.size > 0) await Promise.allSettled(this.#creating);
    for (const pool of this.#allPools()) {
      pool.retired = true;
      for (const environment of pool.all()) this.#end(pool, environment);
    }
    await Promise.all([...this.#ending.values(), this.#parts.spares.close()]);
    await this.#parts.watchdog.close();
    this.#factory.close();
  }

  #poolFor(target: ExecutionTarget): Pool {
    if (this.#closed !== null) throw closedError();
    const pool = this.#pools.get(target.id) ?? createPool();
    this.#pools.set(target.id, pool);
    return pool;
  }

  async #create(
    target: ExecutionTarget,
    pool: Pool,
    enter: (environment: Environment) => void,
  ): Promise<Environment> {
    const driver = this.#driverFor(target);
    const creating = this.#factory.create(target, driver, (one) => this.#available(pool, one));
    this.#creating.add(creating);
    try {
      const environment = await creating;
      this.#environments += 1;
      enter(environment);
      return environment;
    } finally {
      this.#creating.delete(creating);
    }
  }

  #driverFor(target: ExecutionTarget): RuntimeDriver {
    const driver = this.#parts.drivers.find((one) => one.runs(target.runtime));
    if (driver !== undefined) return driver;
    throw new TulleError(
      "TULLE3101",
      `the function ${target.functionName} has the runtime ${target.runtime}, which cannot run here`,
      { context: { function: target.functionName, runtime: target.runtime } },
    );
  }

  #available(pool: Pool, environment: Environment): void {
    if (pool.retired) void this.#end(pool, environment);
    else pool.available(environment);
  }

  #hasRoom(): boolean {
    return this.#environments + this.#creating.size < this.#options.maxEnvironments;
  }

  /** Ends the longest idle environment of any target where that is what it takes. */
  #makeRoom(): boolean {
    if (this.#hasRoom()) return true;
    let eldest: { pool: Pool; environment: Environment } | undefined;
    for (const pool of this.#allPools()) {
      const environment = pool.eldest();
      if (environment === undefined) continue;
      if (eldest === undefined || environment.idleSinceMs < eldest.environment.idleSinceMs) {
        eldest = { pool, environment };
      }
    }
    if (eldest === undefined) return false;
    void this.#end(eldest.pool, eldest.environment);
    return true;
  }

  #sweep(): void {
    const bound = performance.now() - this.#options.idleTimeoutMs;
    for (const pool of this.#allPools()) {
      for (let one = pool.eldest(); one !== undefined && one.idleSinceMs <= bound; one = pool.eldest()) {
        void this.#end(pool, one);
      }
    }
  }

  #end(pool: Pool, environment: Environment): Promise<void> {
    const before = this.#ending.get(environment);
    if (before !== undefined) return before;
    pool.remove(environment);
    this.#environments -= 1;
    if (pool.retired && pool.all().length === 0) this.#retired.delete(pool);
    const ending = this.#factory.destroy(environment).finally(() => this.#ending.delete(environment));
    this.#ending.set(environment, ending);
    return ending;
  }

  *#allPools(): Iterable<Pool> {
    yield* this.#pools.values();
    yield* this.#retired;
  }
}
