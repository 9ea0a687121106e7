/**
 * The parts that stand under every mesh: control, platform, preload, bundler. They start side by side, or
 * not at all.
 */
import type { LoadedMesh } from "@tulle/config";
import { type Bundler, createBundler } from "./bundler.ts";
import { type ControlPart, startControl } from "./control-part.ts";
import { isSource, localRevisions } from "./deployer.ts";
import { type PlatformPart, startPlatform } from "./platform-part.ts";
import { bundlePreload } from "./preload.ts";
import type { Settled } from "./settled.ts";

export interface Parts {
  readonly control: ControlPart;
  readonly platform: PlatformPart;
  readonly preloadFile: string;
  readonly bundler: Bundler;
}

export const STOP_GRACE_MS = 3_000;

/** Throws the first part's error, after every part that did start is stopped again. */
export async function startParts(
  settled: Settled,
  epoch: () => number | null,
  mesh: Promise<LoadedMesh>,
): Promise<Parts> {
  const { folder, ports, freeze, emit } = settled;
  // Control first: its process starts while this one is still loading the platform.
  const [control, platform, preload, bundler] = await Promise.allSettled([
    startControl({ folder, port: ports.control, emit }),
    startPlatform({ folder, port: ports.platform, freeze, epoch, emit }),
    bundlePreload(folder.path),
    prepareBundles(folder.bundles, mesh),
  ]);
  if (
    control.status === "fulfilled" &&
    platform.status === "fulfilled" &&
    preload.status === "fulfilled" &&
    bundler.status === "fulfilled"
  )
    return {
      control: control.value,
      platform: platform.value,
      preloadFile: preload.value,
      bundler: bundler.value,
    };
  if (platform.status === "fulfilled") await platform.value.close();
  if (control.status === "fulfilled") await control.value.process.stop(STOP_GRACE_MS);
  throw [control, platform, preload, bundler].find((one) => one.status === "rejected")?.reason;
}

/** Does not wait for the bundles: they are made while control and platform start. */
async function prepareBundles(folder: string, mesh: Promise<LoadedMesh>): Promise<Bundler> {
  const bundler = await createBundler(folder);
  const { config, baseFolder } = await mesh;
  const paths = localRevisions(config, baseFolder).map(({ path }) => path);
  bundler.prepare(paths.filter(isSource));
  return bundler;
}
