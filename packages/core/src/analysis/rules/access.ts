import type { MeshConfig } from "../../model/index.ts";
import type { ConfigPath, Finding } from "../finding.ts";
import { type AnalysisInput, declared, error, warning } from "../rule.ts";
import { substitutesOf } from "./substitutes.ts";

/** Callers declare `uses`, callees declare `allow`, and the two must agree: nothing is open by accident. */
export function* usesNotAllowed({ config }: AnalysisInput): Iterable<Finding> {
  for (const use of usesOf(config)) {
    const callee = declared(config.services, use.callee) ?? declared(config.resources, use.callee);
    if (callee === null || allows(callee.allow, use.caller)) continue;
    const section = Object.hasOwn(config.services, use.callee) ? "services" : "resources";
    yield error("TULLE1301", `"${use.callee}" does not allow "${use.caller}"`, {
      path: use.path,
      remedy: `add "${use.caller}" to the \`allow\` of "${use.callee}"`,
      related: [
        { path: [section, use.callee, "allow"], message: `"${use.callee}" says here whom it allows` },
      ],
    });
  }
}

/** An `allow` that no caller uses is an open door that nobody goes through: harmless, but worth a look. */
export function* allowsNotUsed({ config }: AnalysisInput): Iterable<Finding> {
  const used = new Set([...usesOf(config), ...standInUses(config)].map((use) => key(use.caller, use.callee)));
  for (const section of ["services", "resources"] as const) {
    for (const [callee, { allow }] of Object.entries(config[section])) {
      for (const [index, caller] of allow.entries()) {
        if (caller === "*" || used.has(key(caller, callee)) || !isDeclared(config, caller)) continue;
        yield warning("TULLE1302", `"${callee}" allows "${caller}", which does not use it`, {
          path: [section, callee, "allow", index],
        });
      }
    }
  }
}

/** Failover and fallback are called by the caller itself, which must therefore be allowed there too. */
export function* substitutesNotAllowed({ config }: AnalysisInput): Iterable<Finding> {
  const told = new Set<string>();
  for (const use of standInUses(config)) {
    const callee = declared(config.services, use.callee);
    const once = JSON.stringify([use.caller, use.path]);
    if (callee === null || allows(callee.allow, use.caller) || told.has(once)) continue;
    told.add(once);
    yield error("TULLE1303", `"${use.callee}" stands in here but does not allow "${use.caller}"`, {
      path: use.path,
      remedy: `add "${use.caller}" to the \`allow\` of "${use.callee}"`,
    });
  }
}

interface Use {
  readonly caller: string;
  readonly callee: string;
  readonly path: ConfigPath;
}

function* usesOf(config: MeshConfig): Iterable<Use> {
  for (const service of Object.values(config.services)) {
    for (const [index, callee] of service.uses.entries()) {
      yield { caller: service.name, callee, path: ["services", service.name, "uses", index] };
    }
  }
  for (const [name, gateway] of Object.entries(config.gateways)) {
    for (const [index, { to }] of gateway.routes.entries()) {
      yield { caller: `gateway/${name}`, callee: to, path: ["gateways", name, "routes", index, "to"] };
    }
  }
}

function* standInUses(config: MeshConfig): Iterable<Use> {
  for (const { caller, callee } of usesOf(config)) {
    const service = declared(config.services, callee);
    if (service === null) continue;
    for (const { from, to, path } of substitutesOf(service))
      if (to !== from) yield { caller, callee: to, path };
  }
}

function allows(allow: readonly string[], caller: string): boolean {
  return allow.includes(caller) || allow.includes("*");
}

function isDeclared(config: MeshConfig, caller: string): boolean {
  return caller.startsWith("gateway/")
    ? Object.hasOwn(config.gateways, caller.slice("gateway/".length))
    : Object.hasOwn(config.services, caller);
}

function key(caller: string, callee: string): string {
  return `${caller}>${callee}`;
}
