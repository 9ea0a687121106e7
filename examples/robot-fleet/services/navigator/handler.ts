/** Plans routes, first revision: as the crow flies. */
import { inspect, loadMap, type NavigatorEvent, nearestCharger } from "./planner.ts";

export async function handler(event: NavigatorEvent): Promise<unknown> {
  if (event.action === "inspect") return inspect(event.robotId);
  const [map, charger] = await Promise.all([loadMap(), nearestCharger(event.robotId)]);
  const units = Math.hypot(event.to.x - event.from.x, event.to.y - event.from.y);
  return { planner: "v1", metres: Math.round(units * map.metresPerUnit), charger };
}
