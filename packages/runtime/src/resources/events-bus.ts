import { jsonKind } from "./json-kind.ts";
import type { ResourceDriver } from "./kind.ts";

/** Event buses: `EventBusName`, of the operation or of each entry that is put. */
export const eventsBus: ResourceDriver = jsonKind({
  kind: "events.bus",
  serviceId: "EventBridge",
  signingName: "events",
  paths: [["EventBusName"], ["Entries", "[]", "EventBusName"]],
});
