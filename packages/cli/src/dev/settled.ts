/** Options with every default filled in, and the configuration that they mean. */
import { dirname, join, resolve } from "node:path";
import { DATA_FOLDER } from "../connection/dev-file.ts";
import { locateMeshFile } from "../mesh-file/load.ts";
import { claimDataFolder, type DataFolder } from "./data-folder.ts";
import { type DevEvent, type DevOptions, LOOPBACK } from "./options.ts";
import { choosePort } from "./ports.ts";

export interface Settled {
  readonly configFile: string;
  readonly environment: string | null;
  readonly folder: DataFolder;
  readonly ports: { readonly gateway: number; readonly control: number; readonly platform: number };
  readonly watch: boolean;
  readonly freeze: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: (event: DevEvent) => void;
}

/** Throws TULLE6005, TULLE6009, TULLE6010 and TULLE6011. */
export async function settle(options: DevOptions): Promise<Settled> {
  const cwd = options.cwd ?? process.cwd();
  const configFile = await locateMeshFile({ file: options.config ?? null, folder: cwd });
  const data = options.dataFolder ?? join(dirname(configFile), DATA_FOLDER);
  const folder = claimDataFolder(resolve(cwd, data));
  const { gateway, control, platform } = options.ports ?? {};
  const [gatewayPort, controlPort, platformPort] = await Promise.all([
    choosePort("gateway", gateway, LOOPBACK),
    choosePort("control", control, LOOPBACK),
    choosePort("platform", platform, LOOPBACK),
  ]);
  return {
    configFile,
    environment: options.environment ?? null,
    folder,
    ports: { gateway: gatewayPort, control: controlPort, platform: platformPort },
    watch: options.watch ?? true,
    freeze: options.freeze ?? false,
    env: options.env ?? process.env,
    emit: options.onEvent ?? (() => {}),
  };
}
