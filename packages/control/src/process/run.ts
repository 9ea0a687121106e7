/** The control process from its command line to its end. */
import { createSqliteStore } from "@tulle/store";
import { createControl } from "../control.ts";
import { createControlServer } from "../server/server.ts";
import { openDataFolder } from "./data-folder.ts";
import { parseOptions } from "./options.ts";

/** A running control process. */
export interface RunningControl {
  readonly url: string;
  /** Ends it cleanly; further calls wait for the first. */
  stop(): Promise<void>;
}

/** Starts control as its command line says. Throws a coded error, and then leaves nothing open. */
export async function startControl(
  args: readonly string[],
): Promise<RunningControl & { withParent: boolean }> {
  const { dataFolder, port, withParent } = parseOptions(args);
  const folder = openDataFolder(dataFolder);
  const store = createSqliteStore({ path: folder.storePath });
  try {
    const control = await createControl({ store, key: folder.key });
    const server = await createControlServer({ control, port });
    folder.announce({ url: server.url, token: control.operatorToken, pid: process.pid });
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      folder.withdraw();
      await server.close();
      await store.close();
    };
    return { url: server.url, withParent, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
