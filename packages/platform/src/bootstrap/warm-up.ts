import { loadHandler } from "./handler.ts";

/**
 * What a spare does before it waits: loads a handler that does nothing, so that Node has read and compiled
 * those parts of itself.
 */
export async function warmUp(): Promise<void> {
  await loadHandler(process.cwd(), "warm-up.handler");
}
