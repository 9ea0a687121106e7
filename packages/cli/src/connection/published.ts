/** What is published now, where "nothing yet" is a case and not a failure. */
import type { ControlClient } from "@tulle/control/client";
import { invariant, isTulleError } from "@tulle/core/errors";
import type { MeshConfig } from "@tulle/core/model";
import type { Snapshot } from "@tulle/core/snapshot";

/** The newest snapshot, whole or scoped to a caller; control's own error where there is none. */
export async function publishedSnapshot(control: ControlClient, caller?: string): Promise<Snapshot> {
  const answer = await control.snapshot(caller === undefined ? {} : { caller });
  invariant(answer !== null, "an unconditional read has an answer");
  return answer.snapshot;
}

export interface Published {
  /** 0 before the first publish. */
  readonly version: number;
  readonly config: MeshConfig | null;
}

/** The published configuration and the version it was read at. */
export async function publishedConfig(control: ControlClient): Promise<Published> {
  // The version first: a publish in between makes `apply` refuse, never overwrite.
  const { version } = await control.health();
  if (version === 0) return { version, config: null };
  try {
    return { version, config: await control.config() };
  } catch (error) {
    if (isTulleError(error) && error.context["status"] === 404) return { version, config: null };
    throw error;
  }
}
