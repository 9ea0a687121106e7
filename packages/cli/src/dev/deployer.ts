/**
 * Deploys the services that have a `local` run: one version a revision, under the revision's own alias.
 *
 * Revisions of one function are deployed one after the other, because they share `$LATEST`; functions go
 * side by side. A revision without a qualifier is `$LATEST` itself and therefore goes last.
 */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { TulleError } from "@tulle/core/errors";
import type { LocalRun, MeshConfig, RevisionConfig, ServiceConfig } from "@tulle/core/model";
import type { Deployment, DeploySource, DeploySpec, Platform } from "@tulle/platform";
import type { Bundler } from "./bundler.ts";
import { functionEnvironment, type Wiring } from "./function-environment.ts";

/** One revision of one service as it is to stand on the platform. */
export interface LocalRevision {
  readonly service: string;
  readonly functionName: string;
  readonly revision: RevisionConfig;
  readonly local: LocalRun;
  /** Absolute path of the source file, folder or zip. */
  readonly path: string;
}

/**
 * Everything that runs locally, in the order of deployment. Throws TULLE6013 for a handler that is not
 * there.
 */
export function localRevisions(config: MeshConfig, folder: string): readonly LocalRevision[] {
  return Object.values(config.services).flatMap((service) =>
    service.revisions
      .flatMap((revision) => localRevision(service, revision, folder))
      .sort((a, b) => Number(a.revision.qualifier === null) - Number(b.revision.qualifier === null)),
  );
}

function localRevision(service: ServiceConfig, revision: RevisionConfig, folder: string): LocalRevision[] {
  const local = revision.local ?? service.local;
  if (local === null || service.backend.kind !== "function") return [];
  const path = resolve(folder, local.handler);
  if (!existsSync(path))
    throw new TulleError("TULLE6013", `Service "${service.name}" is to run ${path}, which does not exist.`, {
      context: { service: service.name, file: path },
    });
  return [{ service: service.name, functionName: service.backend.functionName, revision, local, path }];
}

export interface DeployerOptions {
  readonly platform: Pick<Platform, "deploy">;
  readonly wiringOf: (service: string) => Wiring;
  readonly bundler: Pick<Bundler, "zipOf">;
  /** What was deployed before, by function and revision; filled here. */
  readonly standing: Map<string, Standing>;
}

/** A revision as it was last deployed. */
export interface Standing {
  readonly zip: Uint8Array;
  /** Everything but the code, as text. */
  readonly settings: string;
}

export interface DeployedRevision extends LocalRevision {
  readonly deployment: Deployment;
}

/**
 * Brings revisions to the platform and says which it brought. One that stands already is left alone: two
 * revisions of a function share `$LATEST`, so deploying both again would publish two new versions of
 * nothing new.
 */
export async function deployRevisions(
  revisions: readonly LocalRevision[],
  options: DeployerOptions,
): Promise<readonly DeployedRevision[]> {
  const byFunction = Object.values(Object.groupBy(revisions, ({ functionName }) => functionName));
  const deployed = await Promise.all(byFunction.map((group) => deployInOrder(group ?? [], options)));
  return deployed.flat();
}

async function deployInOrder(
  revisions: readonly LocalRevision[],
  options: DeployerOptions,
): Promise<readonly DeployedRevision[]> {
  const done: DeployedRevision[] = [];
  for (const one of revisions) {
    const key = `${one.functionName}@${one.revision.name}`;
    const zip = isSource(one.path) ? await options.bundler.zipOf(one.path) : null;
    const spec = deploySpec(one, options.wiringOf(one.service));
    const settings = JSON.stringify(spec);
    const before = options.standing.get(key);
    const stands = zip !== null && before?.zip === zip && before.settings === settings;
    // What is deployed before it takes `$LATEST` away from a revision that is just that.
    if (stands && !(one.revision.qualifier === null && done.length > 0)) continue;
    const deployment = await options.platform.deploy(
      zip === null ? spec : { ...spec, code: { kind: "zip", bytes: zip } },
    );
    if (zip === null) options.standing.delete(key);
    else options.standing.set(key, { zip, settings });
    done.push({ ...one, deployment });
  }
  return done;
}

/** What the platform is asked for. */
export function deploySpec(one: LocalRevision, wiring: Wiring): DeploySpec {
  const { local, revision } = one;
  return {
    functionName: one.functionName,
    code: sourceOf(one.path),
    handler: handlerOf(one.path, local.entry),
    runtime: local.runtime,
    environment: functionEnvironment(one.service, local, wiring),
    timeoutSeconds: local.timeoutSeconds,
    memoryMb: local.memoryMb,
    ...(revision.qualifier !== null && isAlias(revision.qualifier) && { alias: revision.qualifier }),
  };
}

/** A number is a version, which cannot be chosen. */
function isAlias(qualifier: string): boolean {
  return !/^\d+$/.test(qualifier) && !qualifier.startsWith("$");
}

const sourceFile = /\.[cm]?[jt]sx?$/;

/** Whether a path names a file that has to be bundled. */
export function isSource(path: string): boolean {
  return sourceFile.test(path);
}

/** The platform itself tells a folder from a zip and from a source. */
function sourceOf(path: string): DeploySource {
  return isSource(path) ? { kind: "source", entry: path } : { kind: "folder", path };
}

/** For a source file `entry` is the export's name; in a folder or zip it is `file.export`. */
function handlerOf(path: string, entry: string): string {
  return isSource(path) ? `${basename(path).replace(sourceFile, "")}.${entry}` : entry;
}
