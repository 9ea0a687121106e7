/**
 * Keeps a run in step with its files. A change that cannot be applied is said and changes nothing: what ran
 * goes on running.
 */
import { messageOf } from "./control-part.ts";
import { type Watching, watchFiles, watchSources } from "./file-watch.ts";
import type { MeshLife } from "./mesh-life.ts";
import type { Settled } from "./settled.ts";

export async function keepInStep(life: MeshLife, { folder, emit }: Settled): Promise<Watching> {
  let closed = false;
  const attempt = (work: Promise<unknown>, source: string) =>
    work.catch((error: unknown) => emit({ kind: "problem", source, text: messageOf(error) }));

  const watchAll = async (): Promise<Watching> => {
    const files = watchFiles(life.mesh.files, () => {
      emit({ kind: "note", source: "config", text: "changed, applying it" });
      void attempt(life.apply({ message: "changed on disk" }).then(watchAgain), "config");
    });
    const sources = await watchSources({
      revisions: life.revisions(),
      scratchFolder: folder.platform,
      onChange: (path) => {
        emit({ kind: "note", source: "source", text: `${path} changed, deploying it` });
        void attempt(life.redeploy(path), "source");
      },
      onBroken: (path, message) => emit({ kind: "problem", source: "source", text: `${path}: ${message}` }),
    });
    return { close: async () => void (await Promise.all([files.close(), sources.close()])) };
  };

  /** What is to be watched: it changes when services or included files come and go. */
  const watched = () => JSON.stringify([life.mesh.files, life.revisions().map(({ path }) => path)]);
  let current = await watchAll();
  let known = watched();
  const watchAgain = async () => {
    if (closed || watched() === known) return;
    known = watched();
    await current.close();
    current = await watchAll();
    if (closed) await current.close();
  };
  return {
    close: () => {
      closed = true;
      return current.close();
    },
  };
}
