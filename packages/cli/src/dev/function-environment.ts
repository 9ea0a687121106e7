/** The variables that make a function part of the mesh, as `docs/reference/wiring.md` lists them. */
import type { LocalRun } from "@tulle/core/model";
import { preloadOption } from "./preload.ts";

export interface Wiring {
  readonly controlUrl: string;
  readonly preloadFile: string;
  /** Of this caller. */
  readonly token: string;
  readonly snapshotFile: string;
  /** `AWS_ENDPOINT_URL_*` of what stands in for AWS services. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** A user's own `NODE_OPTIONS` are kept, after ours. */
export function functionEnvironment(
  service: string,
  local: LocalRun,
  wiring: Wiring,
): Readonly<Record<string, string>> {
  const ownOptions = local.environment["NODE_OPTIONS"];
  const preload = preloadOption(wiring.preloadFile);
  return {
    ...wiring.endpoints,
    ...local.environment,
    TULLE_SERVICE: service,
    TULLE_CONTROL: wiring.controlUrl,
    TULLE_TOKEN: wiring.token,
    TULLE_SNAPSHOT: wiring.snapshotFile,
    NODE_OPTIONS: ownOptions === undefined ? preload : `${preload} ${ownOptions}`,
  };
}

/** Endpoints of stand-ins in a process's environment. The platform sets Lambda's own. */
export function standInEndpoints(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const found = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      /^AWS_ENDPOINT_URL(_|$)/.test(entry[0]) && entry[0] !== "AWS_ENDPOINT_URL_LAMBDA" && Boolean(entry[1]),
  );
  return Object.fromEntries(found);
}
