/** Plans routes, second revision: along the aisles. */
import { inspect, loadMap, type NavigatorEvent, nearestCharger } from "./planner.ts";

export async function handler(event: NavigatorEvent): Promise<unknown> {
  if (event.action === "inspect") return inspect(event.robotId);
  const [map, charger] = await Promise.all([loadMap(), nearestCharger(event.robotId)]);
  const units = Math.abs(event.to.x - event.from.x) + Math.abs(event.to.y - event.from.y);
  return { planner: "v2", metres: Math.round(units * map.metresPerUnit), charger };
}
