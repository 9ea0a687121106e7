import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { TulleError } from "@tulle/core/errors";
import type { Store } from "@tulle/core/store";
import { CodeLinks } from "./api/code-links.ts";
import { type Deployment, type DeploySpec, deploy } from "./api/deploy.ts";
import { ApiError } from "./api/errors.ts";
import type { InvokeEvent } from "./api/operations/observation.ts";
import type { ApiServices } from "./api/request.ts";
import { type ApiServer, createApiServer } from "./api/server.ts";
import { openCodeStore } from "./code/code-store.ts";
import { createExecutor } from "./execution/executor.ts";
import type { EnvironmentStatus, Executor, ExecutorOptions, SessionCredentials } from "./execution/port.ts";
import type { Account } from "./functions/account.ts";
import { Admission } from "./functions/admission.ts";
import { Invoker } from "./functions/invoker.ts";
import { FunctionRegistry } from "./functions/registry.ts";
import { Targets } from "./functions/targets.ts";
import { Authenticator } from "./identity/authenticator.ts";
import { loadCredentials, type RootCredentials } from "./identity/credentials.ts";
import { Sessions } from "./identity/sessions.ts";
import { attemptEvent } from "./queue/attempt.ts";
import type { QueuedEvent } from "./queue/event.ts";
import { EventQueue } from "./queue/event-queue.ts";
import { defaultRetryPolicy, type SettledCondition } from "./queue/retry-schedule.ts";

/**
 * The platform put together: store, code, identity, functions, executor, queue, server, in the order in which
 * they come up. They go down in the reverse order, so nothing accepts work that what lies beneath can no
 * longer do.
 */
export interface PlatformOptions {
  /** Durable truth of functions and accepted events. Whoever opened it closes it, after the platform. */
  readonly store: Store;
  /** Folder for code, logs and credentials; made when missing. */
  readonly dataFolder: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly accountId?: string;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Stop environments between invocations, as AWS does. Default false. */
  readonly freeze?: boolean;
  /** Idle time after which an environment is ended. Default ten minutes. */
  readonly idleTimeoutMs?: number;
  /** Most processes at once, over all functions. Default 200. */
  readonly maxEnvironments?: number;
  /** Keep one process of each runtime waiting, so that a cold start need not wait for it. Default true. */
  readonly spare?: boolean;
  /** Most invocations at once, over all functions. Default 1,000, as a new account has. */
  readonly accountConcurrency?: number;
  /** Credentials that may do everything. Default: kept in the data folder, made on the first start. */
  readonly rootCredentials?: RootCredentials;
  /** Newest snapshot version of the mesh that runs on the platform; null where none does. */
  readonly epoch?: () => number | null;
  /** A line of a function's log, as it appears. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Every invocation that ended, with its caller. */
  readonly onInvoke?: (event: InvokeEvent) => void;
  /** An asynchronous invocation that left the queue, and why: the seam for destinations. */
  readonly onSettled?: (event: QueuedEvent, condition: SettledCondition) => void;
  /** A failure of the platform itself; the caller got a ServiceException. Default: one line on stderr. */
  readonly onTrouble?: (error: unknown) => void;
  /** What runs the functions. Default: processes of this machine. */
  readonly executor?: (options: ExecutorOptions) => Promise<Executor>;
  /** Multiplies the waits between attempts at an asynchronous invocation. Default 1; tests pass less. */
  readonly retryScale?: number;
  /** How long `close` waits for invocations under way. Default ten seconds. */
  readonly drainMs?: number;
  /** Wall clock. */
  readonly nowMs?: () => number;
  /** Uniform in [0, 1): draws the version behind a weighted alias. */
  readonly random?: () => number;
}

/** A running platform. */
export interface Platform {
  /** Base URL of the Lambda API: the value of `AWS_ENDPOINT_URL_LAMBDA`. */
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  readonly rootCredentials: RootCredentials;
  /** Credentials whose caller identity is `principal`: for a gateway, a load generator or a command line. */
  issueCredentials(principal: string): SessionCredentials;
  /** Creates the function or updates it, from a zip, a folder or a source file. */
  deploy(spec: DeploySpec): Promise<Deployment>;
  /** Starts environments of a version or alias ahead of need. */
  prewarm(functionName: string, qualifier: string, count: number): Promise<void>;
  /** Environments by state. */
  environments(): readonly EnvironmentStatus[];
  /** Asynchronous invocations that are accepted and not settled. */
  queuedEvents(): number;
  /**
   * Takes no more requests, lets running invocations end, stops every process. Accepted events stay in the
   * store.
   */
  close(): Promise<void>;
}

/**
 * Starts a platform.
 *
 * Throws TULLE3001 and TULLE3005 where it cannot listen, TULLE3002 for a data folder that cannot be written,
 * TULLE3003 for unusable credentials, TULLE3004 for records it cannot read, and the store's own errors.
 * Nothing is left running then.
 */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const account: Account = {
    region: options.region ?? "us-east-1",
    accountId: options.accountId ?? "000000000000",
  };
  const nowMs = options.nowMs ?? Date.now;
  await prepareFolder(options.dataFolder);
  const credentials = await loadCredentials(options.dataFolder);
  const root = options.rootCredentials ?? credentials.root;
  const sessions = new Sessions(credentials.sessionKey);
  const codeFolder = join(options.dataFolder, "code");
  const code = await openCodeStore(codeFolder);
  const registry = new FunctionRegistry(options.store);
  await registry.load();
  await code.sweep(registry.referencedCode());

  let url = "";
  const executor = await startExecutor(options, account, { sessions, endpoint: () => url });
  const invoker = new Invoker({
    account,
    registry,
    executor,
    targets: new Targets(code),
    admission: new Admission(options.accountConcurrency ?? 1_000),
    random: options.random ?? Math.random,
  });
  const onTrouble = options.onTrouble ?? reportTrouble;
  const queue = startQueue(options, { invoker, registry, nowMs, onTrouble });
  const services: ApiServices = {
    account,
    registry,
    code,
    codeFolder,
    invoker,
    queue,
    nowMs,
    newId: randomUUID,
    retire: (targetId) => void executor.retire(targetId).catch(onTrouble),
    codeLinks: new CodeLinks({ key: credentials.sessionKey, baseUrl: () => url, nowMs }),
    changing: new Set(),
    accountConcurrency: options.accountConcurrency ?? 1_000,
    onInvoke: options.onInvoke,
  };
  const authenticator = new Authenticator({ account, root, sessions, nowMs });
  const server = createApiServer({ services, authenticator, onTrouble });
  try {
    url = await listen(server.listener, options.host ?? "127.0.0.1", options.port ?? 0);
    await queue.load();
  } catch (error) {
    server.listener.close();
    await queue.close();
    await executor.close();
    throw error;
  }
  return {
    url,
    ...account,
    // A copy each time: SDKs write into the object that they are given.
    get rootCredentials() {
      return { ...root };
    },
    issueCredentials: (principal) => sessions.issue(principal),
    deploy: (spec) => deploy(services, spec).catch(refusedDeployment),
    prewarm: (functionName, qualifier, count) => invoker.prewarm(functionName, qualifier, count),
    environments: () => executor.describe(),
    queuedEvents: () => queue.size(),
    close: () => closeAll({ server, queue, executor, drainMs: options.drainMs ?? 10_000 }),
  };
}

async function prepareFolder(folder: string): Promise<void> {
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (cause) {
    throw new TulleError(
      "TULLE3002",
      `The data folder ${folder} cannot be written: ${(cause as Error).message}`,
      { cause, context: { folder } },
    );
  }
}

function startExecutor(
  options: PlatformOptions,
  account: Account,
  { sessions, endpoint }: { readonly sessions: Sessions; readonly endpoint: () => string },
): Promise<Executor> {
  const start = options.executor ?? createExecutor;
  return start({
    ...account,
    dataFolder: options.dataFolder,
    freeze: options.freeze ?? false,
    idleTimeoutMs: options.idleTimeoutMs ?? 600_000,
    maxEnvironments: options.maxEnvironments ?? 200,
    lambdaEndpoint: endpoint,
    issueCredentials: (functionName) => sessions.issue(functionName),
    epoch: options.epoch ?? (() => null),
    spare: options.spare ?? true,
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
  });
}

function startQueue(
  options: PlatformOptions,
  parts: {
    readonly invoker: Invoker;
    readonly registry: FunctionRegistry;
    readonly nowMs: () => number;
    readonly onTrouble: (error: unknown) => void;
  },
): EventQueue {
  const { invoker, registry, nowMs, onTrouble } = parts;
  return new EventQueue({
    store: options.store,
    policy: { ...defaultRetryPolicy, scale: options.retryScale ?? 1 },
    nowMs,
    timer: (ms, wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    },
    attempt: (event) => attemptEvent({ invoker, registry, onInvoke: options.onInvoke, onTrouble }, event),
    attemptsPerFunction: 50,
    ...(options.onSettled === undefined ? {} : { onSettled: options.onSettled }),
    onTrouble: (_event, cause) => onTrouble(cause),
  });
}

/** Listens and says where, or throws TULLE3001 or TULLE3005. */
function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const context = { host, port };
      if (cause.code === "EADDRINUSE") {
        const message = `Port ${port} of ${host} is taken by another process.`;
        reject(new TulleError("TULLE3001", message, { cause, context }));
      } else {
        const message = `The platform cannot listen on ${host}:${port}: ${cause.message}`;
        reject(new TulleError("TULLE3005", message, { cause, context }));
      }
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
      resolve(`http://${name}:${address.port}`);
    });
  });
}

async function closeAll(parts: {
  readonly server: ApiServer;
  readonly queue: EventQueue;
  readonly executor: Executor;
  readonly drainMs: number;
}): Promise<void> {
  const { server, queue, executor, drainMs } = parts;
  const served = server.drain();
  await withinMs(Promise.all([served, queue.close()]), drainMs);
  await executor.close();
  server.destroy();
  await served;
}

/** Resolves with the work, or when the time is up. */
async function withinMs(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeUp]);
  clearTimeout(timer);
}

/** A refusal in Lambda's terms, as this package's callers know errors. */
function refusedDeployment(error: unknown): never {
  if (!(error instanceof ApiError)) throw error;
  throw new TulleError("TULLE3022", `${error.code}: ${error.message}`, { cause: error });
}

function reportTrouble(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`tulle platform: ${text}\n`);
}
