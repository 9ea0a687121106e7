import { basename, resolve } from "node:path";
import { invariant } from "@tulle/core/errors";
import { localCode } from "../code/local-code.ts";
import { functionArn } from "../functions/account.ts";
import { createAlias, updateAlias } from "../functions/aliases.ts";
import { Constraints } from "../functions/constraints.ts";
import { createFunction, updateLatest } from "../functions/lifecycle.ts";
import { aliasOf } from "../functions/lookup.ts";
import type { CodeReference, FunctionSettings, VersionRecord } from "../functions/record.ts";
import type { FunctionServices } from "../functions/services.ts";
import {
  checkSettings,
  defaultSettings,
  mergeSettings,
  readSettings,
  type SettingsChange,
} from "../functions/settings.ts";
import { publishVersion } from "../functions/versions.ts";
import { nameOf } from "./naming.ts";

/**
 * Deploying from the process that runs the platform: create or update, and say whether anything changed.
 * The same steps as through the API, without a request.
 */

/** Where the code of a deployment comes from. */
export type DeploySource =
  /** Bytes of a zip. */
  | { readonly kind: "zip"; readonly bytes: Uint8Array }
  /** A folder, packed as it is. */
  | { readonly kind: "folder"; readonly path: string }
  /** A TypeScript or JavaScript file, bundled with everything it imports. */
  | { readonly kind: "source"; readonly entry: string };

/** A function as it should stand. */
export interface DeploySpec {
  readonly functionName: string;
  readonly code: DeploySource;
  /** `file.export`. Default: `handler` of the source file, or of `index` for a zip or a folder. */
  readonly handler?: string;
  /** Default `nodejs24.x`. */
  readonly runtime?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly memoryMb?: number;
  readonly description?: string;
  /** Publish a version of the result. Default false. */
  readonly publish?: boolean;
  /** Alias to create or to point at the published version; implies `publish`. */
  readonly alias?: string;
}

export interface Deployment {
  readonly functionName: string;
  readonly functionArn: string;
  /** The published version, or `$LATEST`. */
  readonly version: string;
  readonly codeSha256: string;
  /** Whether code or settings changed: what stands already is not deployed again. */
  readonly changed: boolean;
}

export async function deploy(
  services: FunctionServices & { readonly codeFolder: string },
  spec: DeploySpec,
): Promise<Deployment> {
  nameOf(services.account, { functionName: spec.functionName, qualifier: null }, "create");
  checkChange(settingsOf(spec));
  const code = await services.code.add(await zipOf(spec.code, services.codeFolder));
  const { latest, changed } = await bringUp(services, spec, code);
  const publish = spec.publish === true || spec.alias !== undefined;
  const version = publish ? await publishVersion(services, spec.functionName, {}) : latest;
  if (spec.alias !== undefined) await pointAlias(services, spec.functionName, spec.alias, version.version);
  return {
    functionName: spec.functionName,
    functionArn: functionArn(services.account, spec.functionName, publish ? version.version : null),
    version: version.version,
    codeSha256: code.sha256,
    changed,
  };
}

async function bringUp(
  services: FunctionServices,
  spec: DeploySpec,
  code: CodeReference,
): Promise<{ readonly latest: VersionRecord; readonly changed: boolean }> {
  const { functionName } = spec;
  const change = settingsOf(spec);
  const entry = services.registry.get(functionName);
  if (entry === undefined) {
    const settings = mergeSettings(
      {
        ...defaultSettings(functionName),
        Role: `arn:aws:iam::${services.account.accountId}:role/${functionName}`,
        Runtime: "nodejs24.x",
        Handler: defaultHandler(spec.code),
      },
      change,
    );
    const request = { functionName, settings, code, tags: {}, publish: false };
    return { latest: (await createFunction(services, request)).latest, changed: true };
  }
  const before = entry.record.latest;
  const after = mergeSettings(before.settings, change);
  if (before.code.sha256 === code.sha256 && sameSettings(before.settings, after)) {
    return { latest: before, changed: false };
  }
  const { latest } = await updateLatest(services, functionName, { code, settings: change });
  return { latest, changed: true };
}

/** Holds a deployment to what a request is held to. */
function checkChange(change: SettingsChange): void {
  const constraints = new Constraints();
  readSettings({ ...change }, constraints);
  constraints.enforce();
  checkSettings({}, change);
}

function settingsOf(spec: DeploySpec): SettingsChange {
  return {
    Handler: spec.handler ?? defaultHandler(spec.code),
    ...(spec.runtime === undefined ? {} : { Runtime: spec.runtime }),
    ...(spec.environment === undefined ? {} : { Environment: { Variables: spec.environment } }),
    ...(spec.timeoutSeconds === undefined ? {} : { Timeout: spec.timeoutSeconds }),
    ...(spec.memoryMb === undefined ? {} : { MemorySize: spec.memoryMb }),
    ...(spec.description === undefined ? {} : { Description: spec.description }),
  };
}

function defaultHandler(code: DeploySource): string {
  const module = code.kind === "source" ? basename(code.entry).replace(/\.[cm]?[jt]sx?$/, "") : "index";
  return `${module}.handler`;
}

function zipOf(code: DeploySource, codeFolder: string): Promise<Uint8Array> | Uint8Array {
  if (code.kind === "zip") return code.bytes;
  return localCode(resolve(code.kind === "folder" ? code.path : code.entry), codeFolder);
}

async function pointAlias(
  services: FunctionServices,
  functionName: string,
  name: string,
  functionVersion: string,
): Promise<void> {
  const entry = services.registry.get(functionName);
  invariant(entry !== undefined, "a function that was just deployed exists");
  const alias = aliasOf(entry, name);
  if (alias === undefined) await createAlias(services, functionName, { name, functionVersion });
  else if (alias.functionVersion !== functionVersion) {
    await updateAlias(services, functionName, { name, functionVersion, weights: {} });
  }
}

function sameSettings(a: FunctionSettings, b: FunctionSettings): boolean {
  const sorted = (settings: FunctionSettings): string =>
    JSON.stringify(Object.entries(settings).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}
