/**
 * Tells of changed files: of the configuration by watching its folders, of sources through the bundler,
 * which alone knows what they import.
 */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { isTulleError } from "@tulle/core/errors";
import type { LocalRevision } from "./deployer.ts";

/** Something that was started and can be stopped. */
export interface Watching {
  close(): Promise<void>;
}

/** An editor writes a file in several steps. */
const SETTLE_MS = 60;

/** Watches the folders of some files, because editors replace files and a watch on a file would be lost. */
export function watchFiles(files: readonly string[], onChange: () => void): Watching {
  const changed = debounced(onChange);
  const folders = Object.entries(Object.groupBy(files, (file) => dirname(file)));
  const watchers = folders.flatMap(([folder, inside]) => {
    const names = new Set((inside ?? []).map((file) => basename(file)));
    return quietly(() =>
      watch(folder, (_event, name) => {
        if (name !== null && names.has(name)) changed.trigger();
      }),
    );
  });
  return closing(watchers, changed.cancel);
}

export interface SourceWatchOptions {
  readonly revisions: readonly LocalRevision[];
  /** For builds that only serve to know the inputs. */
  readonly scratchFolder: string;
  readonly onChange: (path: string) => void;
  readonly onBroken: (path: string, message: string) => void;
}

/** Watches what the services run. */
export async function watchSources(options: SourceWatchOptions): Promise<Watching> {
  const paths = [...new Set(options.revisions.map(({ path }) => path))];
  const watching = await Promise.all(paths.map((path) => watchOne(path, options)));
  return {
    close: async () => {
      await Promise.all(watching.map((one) => one.close()));
    },
  };
}

async function watchOne(path: string, options: SourceWatchOptions): Promise<Watching> {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return watchTree(path, () => options.onChange(path));
  const { watchSource } = await import("@tulle/platform");
  let built = 0;
  return watchSource({ entry: path, outFolder: options.scratchFolder }, (change) => {
    // The first build is of what has just been deployed.
    if (change.kind === "built" && ++built > 1) options.onChange(path);
    if (change.kind === "broken") {
      built++;
      options.onBroken(path, isTulleError(change.error) ? change.error.message : String(change.error));
    }
  });
}

function watchTree(path: string, onChange: () => void): Watching {
  const changed = debounced(onChange);
  return closing(
    quietly(() => watch(path, { recursive: true }, changed.trigger)),
    changed.cancel,
  );
}

function quietly(start: () => FSWatcher): FSWatcher[] {
  try {
    const watcher = start();
    watcher.on("error", () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}

function closing(watchers: readonly FSWatcher[], cancel: () => void): Watching {
  return {
    close: async () => {
      cancel();
      for (const watcher of watchers) watcher.close();
    },
  };
}

function debounced(act: () => void): { readonly trigger: () => void; readonly cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    trigger: () => {
      clearTimeout(timer);
      timer = setTimeout(act, SETTLE_MS);
    },
    cancel: () => clearTimeout(timer),
  };
}
