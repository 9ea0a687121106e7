/**
 * A real executor over temp folders, for the tests of the execution half: real handler files, real processes.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createExecutor } from "../src/execution/executor.ts";
import type { ExecutionTarget, Executor, ExecutorOptions, InvocationResult } from "../src/execution/port.ts";

export interface Workbench {
  readonly executor: Executor;
  readonly dataFolder: string;
  /** Log lines of all functions in the order of their appearance. */
  readonly log: string[];
  /** Writes the files and names the function; the handler is `app.handler` unless told otherwise. */
  target(files: Readonly<Record<string, string>>, changes?: Partial<ExecutionTarget>): ExecutionTarget;
  invoke(target: ExecutionTarget, event?: unknown, changes?: InvokeChanges): Promise<Completed>;
  close(): Promise<void>;
}

export interface InvokeChanges {
  readonly requestId?: string;
  readonly clientContext?: string;
  readonly traceId?: string;
  readonly payload?: string;
}

/** A completed invocation with its payload parsed and its log tail decoded. */
export interface Completed {
  readonly value: unknown;
  readonly failed: boolean;
  readonly tail: string;
  readonly coldStart: boolean;
  readonly durationMs: number;
}

export async function openWorkbench(changes: Partial<ExecutorOptions> = {}): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), "tulle-execution-"));
  const dataFolder = join(folder, "data");
  const log: string[] = [];
  const executor = await createExecutor({
    region: "eu-central-1",
    accountId: "000000000000",
    dataFolder,
    freeze: false,
    idleTimeoutMs: 60_000,
    maxEnvironments: 20,
    spare: false,
    lambdaEndpoint: () => "http://127.0.0.1:9",
    issueCredentials: (name) => ({
      accessKeyId: `key-${name}`,
      secretAccessKey: "secret",
      sessionToken: "token",
    }),
    epoch: () => null,
    onLog: (_, line) => log.push(line),
    ...changes,
  });
  let functions = 0;
  let requests = 0;
  return {
    executor,
    dataFolder,
    log,
    target(files, targetChanges = {}) {
      functions += 1;
      const codeFolder = join(folder, `code-${functions}`);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(codeFolder, name)), { recursive: true });
        writeFileSync(join(codeFolder, name), text);
      }
      return targetOf(`function-${functions}`, codeFolder, targetChanges);
    },
    async invoke(target, event = {}, { requestId, clientContext, traceId, payload } = {}) {
      requests += 1;
      const result = await executor.invoke(target, {
        requestId: requestId ?? `request-${requests}`,
        invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${target.functionName}`,
        payload: Buffer.from(payload ?? JSON.stringify(event)),
        clientContext: clientContext ?? null,
        traceId: traceId ?? null,
        logTail: true,
      });
      return completed(result);
    },
    async close() {
      await executor.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function targetOf(
  functionName: string,
  codeFolder: string,
  changes: Partial<ExecutionTarget>,
): ExecutionTarget {
  return {
    id: functionName,
    functionName,
    version: "$LATEST",
    runtime: "nodejs24.x",
    handler: "app.handler",
    codeFolder,
    timeoutSeconds: 10,
    memoryMb: 128,
    environment: {},
    logGroup: `/aws/lambda/${functionName}`,
    ...changes,
  };
}

function completed(result: InvocationResult): Completed {
  if (result.kind !== "completed") throw new Error(`not completed: ${result.reason}`);
  return {
    value: JSON.parse(Buffer.from(result.payload).toString("utf8")),
    failed: result.functionError === "Unhandled",
    tail: Buffer.from(result.logTail, "base64").toString("utf8"),
    coldStart: result.coldStart,
    durationMs: result.durationMs,
  };
}

/** Whether a process with this id runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks again until it is so; fails by the test's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
