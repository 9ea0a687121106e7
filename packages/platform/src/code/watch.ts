import type { TulleError } from "@tulle/core/errors";
import { type BuildContext, type BuildResult, context } from "esbuild";
import {
  asksForEsm,
  type Bundle,
  type BundleOptions,
  bundleBuild,
  bundleOf,
  candidateFormats,
  sourceNotBuilt,
} from "./bundle.ts";

/** What a change of the source led to. */
export type SourceChange =
  | { readonly kind: "built"; readonly bundle: Bundle }
  /** TULLE3017: what ran before goes on running. */
  | { readonly kind: "broken"; readonly error: TulleError };

export interface SourceWatch {
  /** Stops watching; a build under way is dropped. */
  close(): Promise<void>;
}

/**
 * Builds a source now and again whenever any of its inputs changes, and hands each outcome over.
 * esbuild watches, because it alone knows the inputs, among them files that a broken import hoped for.
 */
export async function watchSource(
  options: BundleOptions,
  onChange: (change: SourceChange) => void,
): Promise<SourceWatch> {
  let closed = false;
  let current: BuildContext | undefined;

  const start = async (format: "cjs" | "esm"): Promise<void> => {
    const built = (result: BuildResult): void => {
      if (closed) return;
      if (asksForEsm(options, format, [...result.errors, ...result.warnings])) {
        void restart("esm");
      } else if (result.errors.length > 0) {
        onChange({ kind: "broken", error: sourceNotBuilt(options.entry, result.errors, undefined) });
      } else {
        onChange({ kind: "built", bundle: bundleOf(options, format, result) });
      }
    };
    current = await context({
      ...bundleBuild(options, format),
      plugins: [{ name: "tulle-watch", setup: ({ onEnd }) => onEnd(built) }],
    });
    await current.watch({ delay: 20 });
  };
  const restart = async (format: "cjs" | "esm"): Promise<void> => {
    await current?.dispose();
    if (!closed) await start(format);
  };

  await start(candidateFormats(options)[0] ?? "cjs");
  return {
    async close() {
      closed = true;
      await current?.dispose();
    },
  };
}
