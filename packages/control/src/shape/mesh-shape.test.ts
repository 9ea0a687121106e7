import { type MeshFile, normalizeMesh } from "@tulle/core/model";
import { compile } from "@tulle/core/snapshot";
import { sampleDigest, sampleMesh, sampleResource, sampleRevision, sampleService } from "@tulle/testkit/mesh";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkMesh } from "./mesh-shape.ts";

const full = sampleMesh(
  [
    sampleService("a", {
      revisions: [sampleRevision("v1", { weight: 9_000 }), sampleRevision("v2", { weight: 1_000 })],
      uses: ["b", "maps"],
      fallback: { kind: "value", value: { any: [1, null, "thing"] } },
      failover: ["b"],
    }),
    sampleService("b", {
      backend: { kind: "http", url: "http://b" },
      fallback: { kind: "service", service: "a" },
    }),
  ],
  {
    resources: { maps: sampleResource("maps") },
    routes: [
      {
        service: "a",
        matches: [{ caller: "b", context: { tier: "gold" } }, {}],
        to: [{ revision: "v2", weight: 10_000 }],
        timeouts: { requestMs: 1, backendRequestMs: 1 },
      },
    ],
    constellations: {
      blue: { name: "blue", services: { a: "v2" }, resources: { maps: "other" }, fallThrough: "base" },
    },
    gateways: {
      edge: {
        name: "edge",
        maxBodyBytes: 1_000,
        routes: [{ method: "GET", path: "/a", to: "a", timeoutMs: null, keyHeader: null }],
      },
    },
  },
);

/** Every path that leads to a value somewhere inside. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  if (by === undefined && rest.length === 0) delete copy[key];
  else copy[key] = replaced(copy[key], rest, by);
  return copy;
}

describe("the shape of a configuration", () => {
  it("is that of the samples and of what the model makes of a file", () => {
    expect(checkMesh(full)).toEqual([]);
    expect(checkMesh(JSON.parse(JSON.stringify(full)))).toEqual([]);
    const file: MeshFile = {
      version: 1,
      mesh: "robots",
      services: { a: { backend: { function: "fn-a" }, uses: ["maps"], local: { handler: "a.ts" } } },
      resources: { maps: { "s3.bucket": "maps", allow: ["a"] } },
      gateways: { edge: { routes: [{ match: { method: "GET", path: "/a" }, to: "a" }] } },
    };
    expect(checkMesh(normalizeMesh(file))).toEqual([]);
  });

  it("lets fields through that it does not know", () => {
    expect(checkMesh({ ...full, newer: { than: "this" } })).toEqual([]);
  });

  it.each([
    ["nothing", undefined, ""],
    ["a list", [], ""],
    ["a text", "mesh", ""],
    ["another version", { ...full, version: 2 }, "version"],
    ["a key with capitals", { ...full, services: { A: sampleService("A") } }, "services.A"],
    ["a name that is not its key", { ...full, services: { c: sampleService("d") } }, "services.c.name"],
    [
      "weights that do not add up",
      replaced(full, ["services", "a", "revisions", "0", "weight"], 1),
      "services.a.revisions",
    ],
    ["no revision", replaced(full, ["services", "a", "revisions"], []), "services.a.revisions"],
    [
      "a fraction of a weight",
      replaced(full, ["routes", "0", "to", "0", "weight"], 0.5),
      "routes.0.to.0.weight",
    ],
    [
      "a route to a missing revision",
      replaced(full, ["routes", "0", "to", "0", "revision"], "v9"),
      "routes.0.to",
    ],
    ["a route of a missing service", replaced(full, ["routes", "0", "service"], "z"), "routes.0.to"],
    [
      "a constellation of a missing revision",
      replaced(full, ["constellations", "blue", "services", "a"], "v9"),
      "constellations.blue.services.a",
    ],
    [
      "an unknown backend",
      replaced(full, ["services", "a", "backend", "kind"], "toString"),
      "services.a.backend.kind",
    ],
  ])("is not that of %s", (_, config, where) => {
    expect(checkMesh(config)[0]?.path.join(".")).toBe(where);
  });

  it("is not that of an object with a prototype smuggled in", () => {
    const config = JSON.parse('{"services":{"__proto__":{"name":"x"}}}');
    expect(checkMesh({ ...full, ...config })[0]?.path).toEqual(["services", "__proto__"]);
  });

  it("lets nothing through that the compiler trips over", () => {
    const paths = pathsOf(full);
    const rubbish = fc.oneof(
      fc.constantFrom<unknown>(undefined, null, "", "a", 0, -1, 1.5, 1e9, true, [], {}, [null], {
        kind: "value",
      }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), rubbish, (path, by) => {
        const config = replaced(full, path, by);
        if (checkMesh(config).length > 0) return;
        const snapshot = compile(config as typeof full, 1, sampleDigest);
        for (const service of Object.values(snapshot.services)) {
          for (const rule of service.rules) {
            for (const { revision } of rule.split) expect(service.revisions[revision]).toBeDefined();
          }
        }
        JSON.stringify(snapshot);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is not that of what is nested deeper than anything that reads it can go", () => {
    const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
    const withFallback = (value: unknown) =>
      replaced(full, ["services", "a", "fallback"], { kind: "value", value });
    expect(checkMesh(withFallback(nested(50)))).toEqual([]);
    expect(checkMesh(withFallback(nested(200_000)))[0]?.message).toMatch(/nested at most 100 levels/);
    expect(checkMesh({ ...full, newer: nested(200_000) })).toHaveLength(1);
  });

  it("gives up looking after twenty faults", () => {
    const services = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`s${i}`, null]));
    expect(checkMesh({ ...full, services })).toHaveLength(20);
  });
});
