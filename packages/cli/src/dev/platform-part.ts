/** The platform, in this process, with its store. */
import { join } from "node:path";
import type { Platform } from "@tulle/platform";
import type { DataFolder } from "./data-folder.ts";
import { type DevEvent, LOOPBACK } from "./options.ts";

export interface PlatformPart {
  readonly platform: Platform;
  close(): Promise<void>;
  /** Ends the processes of the functions at once. */
  kill(): void;
}

export interface PlatformPartOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly freeze: boolean;
  /** Newest version that control has published. */
  readonly epoch: () => number | null;
  readonly emit: (event: DevEvent) => void;
}

export async function startPlatform(options: PlatformPartOptions): Promise<PlatformPart> {
  const { folder, emit, ...rest } = options;
  const [{ createPlatform }, { createSqliteStore }] = await Promise.all([
    import("@tulle/platform"),
    import("@tulle/store"),
  ]);
  const store = createSqliteStore({ path: join(folder.platform, "platform.db") });
  try {
    const platform = await createPlatform({
      ...rest,
      store,
      host: LOOPBACK,
      dataFolder: folder.platform,
      onLog: (source, text) => emit({ kind: "log", source, text }),
      onTrouble: (error) => emit({ kind: "problem", source: "platform", text: String(error) }),
    });
    return {
      platform,
      close: async () => {
        await platform.close();
        await store.close();
      },
      kill: () => {
        for (const { pid } of platform.environments()) if (pid !== null) killQuietly(pid);
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
