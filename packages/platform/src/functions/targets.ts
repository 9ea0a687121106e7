import type { CodeStore } from "../code/code-store.ts";
import type { ExecutionTarget } from "../execution/port.ts";
import type { VersionRecord } from "./record.ts";

/** What the executor is told to run for a version. Built once: an invocation only looks it up. */
export class Targets {
  readonly #code: CodeStore;
  readonly #built = new WeakMap<VersionRecord, ExecutionTarget>();

  constructor(code: CodeStore) {
    this.#code = code;
  }

  of(functionName: string, version: VersionRecord): ExecutionTarget {
    const known = this.#built.get(version);
    if (known !== undefined) return known;
    const { settings } = version;
    const target: ExecutionTarget = {
      id: targetId(functionName, version),
      functionName,
      version: version.version,
      runtime: settings.Runtime,
      handler: settings.Handler,
      codeFolder: this.#code.folder(version.code.sha256),
      timeoutSeconds: settings.Timeout,
      memoryMb: settings.MemorySize,
      environment: settings.Environment?.Variables ?? {},
      logGroup: settings.LoggingConfig.LogGroup,
    };
    this.#built.set(version, target);
    return target;
  }
}

/** Changes whenever what runs changes: every update of $LATEST has a revision of its own. */
export function targetId(functionName: string, version: VersionRecord): string {
  return `${functionName}:${version.version}:${version.revisionId}`;
}
