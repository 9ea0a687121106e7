/** The parts that stand under every mesh: control, platform and preload. They start side by side, or not at all. */
import { type ControlPart, startControl } from "./control-part.ts";
import { type PlatformPart, startPlatform } from "./platform-part.ts";
import { bundlePreload } from "./preload.ts";
import type { Settled } from "./settled.ts";

export interface Parts {
  readonly control: ControlPart;
  readonly platform: PlatformPart;
  readonly preloadFile: string;
}

export const STOP_GRACE_MS = 3_000;

/** Throws the first part's error, after every part that did start is stopped again. */
export async function startParts(settled: Settled, epoch: () => number | null): Promise<Parts> {
  const { folder, ports, freeze, emit } = settled;
  const [control, platform, preload] = await Promise.allSettled([
    startControl({ folder, port: ports.control, emit }),
    startPlatform({ folder, port: ports.platform, freeze, epoch, emit }),
    bundlePreload(folder.path),
  ]);
  if (control.status === "fulfilled" && platform.status === "fulfilled" && preload.status === "fulfilled")
    return { control: control.value, platform: platform.value, preloadFile: preload.value };
  if (platform.status === "fulfilled") await platform.value.close();
  if (control.status === "fulfilled") await control.value.process.stop(STOP_GRACE_MS);
  throw [control, platform, preload].find((one) => one.status === "rejected")?.reason;
}
