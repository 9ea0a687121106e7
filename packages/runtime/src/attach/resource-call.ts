import type { DataPlane } from "../data-plane/data-plane.ts";
import type { ResourceDriver } from "../resources/kind.ts";
import { operationOf } from "./operation.ts";
import { type SdkClient, type SdkCommand, withInput } from "./sdk.ts";

/**
 * The command with physical names in its input, or the very same command where it names nothing in the mesh.
 */
export function rewriteResources(
  plane: DataPlane,
  driver: ResourceDriver,
  { client, command }: { readonly client: SdkClient; readonly command: SdkCommand },
): SdkCommand {
  const physicalOf = (name: string): string | null => physicalName(plane, driver, name);
  const rewritten = driver.rewriteInput(command.input, {
    operation: operationOf(command, client),
    physicalOf,
  });
  return rewritten === command.input ? command : withInput(command, rewritten);
}

/** Null for what is not in the snapshot, or is there as another kind of thing. */
export function physicalName(plane: DataPlane, driver: ResourceDriver, name: string): string | null {
  const target = plane.resolve(name);
  return target?.kind === "resource" && target.resource === driver.kind ? target.physical : null;
}
