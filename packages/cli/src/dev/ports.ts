/**
 * Ports: fixed ones for people, who keep them in scripts and browser tabs; any free one where that is asked
 * for.
 */
import { createServer } from "node:net";
import { TulleError } from "@tulle/core/errors";

/** Taken when nothing is asked for and nobody else has them. */
export const preferredPorts = { gateway: 7070, control: 7071, platform: 7072 } as const;

/** The port to listen on; 0 for any. Throws TULLE6011 when one that was asked for is taken. */
export async function choosePort(
  part: keyof typeof preferredPorts,
  wanted: number | undefined,
  host: string,
): Promise<number> {
  if (wanted === 0) return 0;
  const free = await isFree(wanted ?? preferredPorts[part], host);
  if (free) return wanted ?? preferredPorts[part];
  if (wanted === undefined) return 0;
  throw new TulleError("TULLE6011", `Port ${wanted}, asked for as the ${part}'s, is in use on ${host}.`, {
    context: { port: wanted, part },
  });
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
