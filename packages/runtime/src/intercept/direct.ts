/**
 * Keeps the mesh's own requests out of its own interception: a request that an attempt makes has been routed
 * already.
 *
 * Two copies of this package can be in one process (the preload's and one bundled into the function), so the
 * mark is found by a registered symbol. Without a preload there is nothing to keep out of and nothing is
 * paid.
 */
import type { AsyncLocalStorage } from "node:async_hooks";

const key: unique symbol = Symbol.for("tulle.direct");

type Holder = { [key]?: AsyncLocalStorage<boolean> };

/** Runs something whose HTTP requests are not to be intercepted. */
export function runDirect<T>(run: () => T): T {
  const storage = (globalThis as Holder)[key];
  return storage === undefined ? run() : storage.run(true, run);
}

/** Whether the code that is running belongs to an attempt of the mesh. */
export function isDirect(): boolean {
  return (globalThis as Holder)[key]?.getStore() === true;
}

/** Called by whoever installs an interception. */
export function provideDirect(create: () => AsyncLocalStorage<boolean>): void {
  (globalThis as Holder)[key] ??= create();
}
