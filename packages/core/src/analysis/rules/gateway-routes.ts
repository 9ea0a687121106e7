import type { GatewayConfig } from "../../model/index.ts";
import type { Finding } from "../finding.ts";
import { parsePathTemplate, templateShape } from "../path-template.ts";
import { type AnalysisInput, error, warning } from "../rule.ts";

/** A gateway's routes must be well formed, and no two may catch the same requests. */
export function* gatewayRoutes({ config }: AnalysisInput): Iterable<Finding> {
  for (const gateway of Object.values(config.gateways)) {
    yield* conflicts(gateway);
    if (gateway.maxBodyBytes <= SYNCHRONOUS_PAYLOAD_BYTES) continue;
    yield warning("TULLE1503", `no function takes more than ${SYNCHRONOUS_PAYLOAD_BYTES} bytes`, {
      path: ["gateways", gateway.name, "maxBody"],
    });
  }
}

/** Source: AWS Lambda quotas, invocation payload, synchronous (November 2025): 6 MiB. */
const SYNCHRONOUS_PAYLOAD_BYTES = 6_291_456;

function* conflicts(gateway: GatewayConfig): Iterable<Finding> {
  const first = new Map<string, number>();
  for (const [index, route] of gateway.routes.entries()) {
    const path = (position: number) => ["gateways", gateway.name, "routes", position, "match", "path"];
    const template = parsePathTemplate(route.path);
    if (!template.ok) {
      yield error("TULLE1502", `"${route.path}" is no path template: ${template.reason}`, {
        path: path(index),
      });
      continue;
    }
    const shape = `${route.method} ${templateShape(template.segments)}`;
    const earlier = first.get(shape);
    if (earlier === undefined) {
      first.set(shape, index);
      continue;
    }
    yield error("TULLE1501", `${route.method} ${route.path} catches what an earlier route catches`, {
      path: path(index),
      related: [{ path: path(earlier), message: "the earlier route is here" }],
    });
  }
}
