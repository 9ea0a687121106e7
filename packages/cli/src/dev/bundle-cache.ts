/**
 * Bundles of the last run, good as long as none of their inputs has another time or size.
 *
 * An SDK in every function makes a bundle of three megabytes from three hundred files; looking at three
 * hundred times takes a few milliseconds, making the bundle a hundred times that.
 */
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** One source's bundle: where it lies, and what it was made of. */
export interface CachedBundle {
  /** File name in the cache's folder. */
  readonly file: string;
  /** Absolute path of an input to its modification time and size. */
  readonly inputs: Readonly<Record<string, Fingerprint>>;
}

type Fingerprint = readonly [modifiedMs: number, sizeBytes: number];

const INDEX = "index.json";

export class BundleCache {
  readonly #folder: string;
  /** Anything else that decides what a bundle looks like. */
  readonly #recipe: string;
  #bundles: Promise<Record<string, CachedBundle>>;

  constructor(folder: string, recipe: string) {
    this.#folder = folder;
    this.#recipe = recipe;
    this.#bundles = this.#read();
  }

  /** The zip of a source, or null where it has to be made. */
  async get(path: string): Promise<Uint8Array | null> {
    const bundle = (await this.#bundles)[path];
    if (bundle === undefined || !(await areFresh(bundle.inputs))) return null;
    return readFile(join(this.#folder, bundle.file)).catch(() => null);
  }

  async put(path: string, zip: Uint8Array, inputs: readonly string[]): Promise<void> {
    const bundles = await this.#bundles;
    const name = path.replaceAll(/[^a-zA-Z0-9.-]+/g, "_").slice(-120);
    const prints = await Promise.all(inputs.map(async (input) => [input, await fingerprint(input)] as const));
    const known = prints.filter((one): one is [string, Fingerprint] => one[1] !== null);
    await this.#write(`${name}.zip`, zip);
    bundles[path] = { file: `${name}.zip`, inputs: Object.fromEntries(known) };
    await this.#write(INDEX, JSON.stringify({ recipe: this.#recipe, bundles }));
  }

  /** Whatever is wrong with a cache, it is empty. */
  async #read(): Promise<Record<string, CachedBundle>> {
    try {
      const index = JSON.parse(await readFile(join(this.#folder, INDEX), "utf8")) as {
        recipe: string;
        bundles: Record<string, CachedBundle>;
      };
      return index.recipe === this.#recipe ? index.bundles : {};
    } catch {
      return {};
    }
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `${name}.${process.pid}`);
    await writeFile(draft, content);
    await rename(draft, join(this.#folder, name));
  }
}

async function areFresh(inputs: Readonly<Record<string, Fingerprint>>): Promise<boolean> {
  const same = await Promise.all(
    Object.entries(inputs).map(async ([path, then]) => {
      const now = await fingerprint(path);
      return now !== null && now[0] === then[0] && now[1] === then[1];
    }),
  );
  return same.every(Boolean);
}

async function fingerprint(path: string): Promise<Fingerprint | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    return [mtimeMs, size];
  } catch {
    return null;
  }
}
