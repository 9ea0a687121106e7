import { TulleError } from "@tulle/core/errors";
import type { MeshConfig } from "@tulle/core/model";
import { checkMesh } from "../shape/mesh-shape.ts";
import { describeFaults, type Fault } from "../shape/shape.ts";

/** A publish request that has been checked. */
export interface AcceptedPublish {
  readonly config: MeshConfig;
  readonly expectedVersion: number | null;
  readonly message: string;
}

const LONGEST_MESSAGE = 1_000;

/**
 * Checks the body of a publish request. Throws TULLE4102 with the faults found, TULLE4106 for the rest of it.
 */
export function acceptPublish(body: unknown): AcceptedPublish {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new TulleError("TULLE4106", "The body of a publish is not an object.");
  }
  const { config, expectedVersion = null, message = "" } = body as Record<string, unknown>;
  if (expectedVersion !== null && !(Number.isSafeInteger(expectedVersion) && Number(expectedVersion) >= 0)) {
    throw new TulleError("TULLE4106", "`expectedVersion` is not a version: it must be an integer from 0.");
  }
  if (typeof message !== "string" || message.length > LONGEST_MESSAGE) {
    throw new TulleError("TULLE4106", `\`message\` must be a text of at most ${LONGEST_MESSAGE} characters.`);
  }
  const faults = checkMesh(config);
  if (faults.length > 0) throw rejected(faults);
  return {
    config: config as MeshConfig,
    expectedVersion: expectedVersion as number | null,
    message: message.replaceAll("\0", " ").toWellFormed(),
  };
}

/** The faults travel as findings in the details of the answer. */
function rejected(faults: readonly Fault[]): TulleError {
  return new TulleError("TULLE4102", `The configuration is malformed: ${describeFaults(faults)}.`, {
    cause: { findings: faults },
  });
}
