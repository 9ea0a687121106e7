import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TulleError } from "@tulle/core/errors";
import type { RuntimeDriver } from "../runtimes/driver.ts";
import { createEnvironment, type Environment } from "./environment.ts";
import { type FunctionLog, openFunctionLog } from "./function-log.ts";
import type { ExecutionTarget, ExecutorOptions } from "./port.ts";
import type { Spares } from "./spares.ts";
import { environmentVariables } from "./variables.ts";

/**
 * Makes environments: gives each its folder, its variables, its log and a process from the runtime's driver.
 */
export interface EnvironmentFactory {
  create(
    target: ExecutionTarget,
    driver: RuntimeDriver,
    available: (environment: Environment) => void,
  ): Promise<Environment>;
  /** Ends the environment and removes its folder. */
  destroy(environment: Environment): Promise<void>;
  close(): void;
}

const MAX_LOG_FILE_BYTES = 16 * 1024 * 1024;

export function createEnvironmentFactory(options: ExecutorOptions, spares: Spares): EnvironmentFactory {
  const logs = new Map<string, FunctionLog>();
  const told = new Set<string>();
  const folderOf = (id: string): string => join(options.dataFolder, "tmp", id);
  const sinkOf = (functionName: string): ((line: string) => void) => {
    const log = logs.get(functionName) ?? openLog(options, functionName);
    logs.set(functionName, log);
    return (line) => {
      log.write(line);
      options.onLog?.(functionName, line);
    };
  };
  return {
    async create(target, driver, available) {
      const id = randomBytes(16).toString("hex");
      const log = sinkOf(target.functionName);
      const difference = driver.difference(target.runtime);
      if (difference !== null && !told.has(target.runtime)) {
        told.add(target.runtime);
        log(difference);
      }
      try {
        mkdirSync(folderOf(id), { recursive: true });
        return await createEnvironment({
          id,
          target,
          freeze: options.freeze,
          runtimeVersion: driver.version,
          epoch: options.epoch,
          startProcess: (environment) => spares.start(driver, launchRequest(environment)),
          log,
          available,
          closedError,
        });
      } catch (error) {
        throw new TulleError(
          "TULLE3102",
          `no environment could be made for ${target.functionName}: ${(error as Error).message}`,
          { cause: error, context: { function: target.functionName, folder: options.dataFolder } },
        );
      }

      function launchRequest(environment: Environment): Parameters<Spares["start"]>[1] {
        const place = {
          runtimeApi: environment.address,
          temporaryFolder: folderOf(id),
          logStream: `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[${target.version}]${id}`,
          runtimeFolder: driver.folder,
        };
        const variables = environmentVariables(target, place, options);
        return { runtime: target.runtime, codeFolder: target.codeFolder, environment: variables };
      }
    },
    async destroy(environment) {
      await environment.close();
      await rm(folderOf(environment.id), { recursive: true, force: true });
    },
    close() {
      for (const log of logs.values()) log.close();
    },
  };
}

export function closedError(): TulleError {
  return new TulleError("TULLE3103", "the executor was closed before the invocation ended");
}

function openLog(options: ExecutorOptions, functionName: string): FunctionLog {
  const file = join(options.dataFolder, "logs", `${encodeURIComponent(functionName)}.log`);
  return openFunctionLog({
    file,
    maxFileBytes: MAX_LOG_FILE_BYTES,
    onFailure: (error) => {
      options.onLog?.(functionName, `TULLE3104 the log file ${file} cannot be written: ${error.message}`);
    },
  });
}
