import { sampleDigest, sampleMesh, sampleResource, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, compile, scopeSnapshot } from "./index.ts";

describe("compile", () => {
  it("gives equal content an equal hash, whatever the version and the order of keys", () => {
    const [a, b] = [sampleService("a"), sampleService("b")];
    const one = compile(sampleMesh([a, b]), 1, sampleDigest);
    const two = compile(sampleMesh([b, a]), 2, sampleDigest);
    expect(two.hash).toBe(one.hash);
    expect(two.version).toBe(2);
  });

  it("gives other content another hash", () => {
    const one = sampleSnapshot(sampleMesh([sampleService("a")]));
    const two = sampleSnapshot(sampleMesh([sampleService("a", { idempotent: false })]));
    expect(two.hash).not.toBe(one.hash);
  });

  it("keeps a split's salt while weights change and draws a new one when members change", () => {
    const saltOf = (weights: Record<string, number>) => {
      const revisions = Object.entries(weights).map(([name, weight]) => ({
        name,
        qualifier: name,
        url: null,
        weight,
        local: null,
      }));
      return sampleSnapshot(sampleMesh([sampleService("a", { revisions })])).services["a"]!.rules[0]!.salt;
    };
    expect(saltOf({ v1: 9000, v2: 1000 })).toBe(saltOf({ v1: 5000, v2: 5000 }));
    expect(saltOf({ v1: 9000, v2: 1000 })).not.toBe(saltOf({ v1: 9000, v3: 1000 }));
  });

  it("leaves behind what only the local platform needs", () => {
    const snapshot = sampleSnapshot(sampleMesh([sampleService("a")]));
    expect(JSON.stringify(snapshot)).not.toContain('local":');
  });
});

describe("scopeSnapshot", () => {
  const mesh = sampleMesh(
    [
      sampleService("dispatch", { uses: ["navigator", "robots"] }),
      sampleService("navigator", { failover: ["backup"], allow: ["dispatch", "reports"] }),
      sampleService("backup", { fallback: { kind: "service", service: "last" } }),
      sampleService("last"),
      sampleService("stranger"),
    ],
    { resources: { robots: sampleResource("robots"), maps: sampleResource("maps") } },
  );

  it("holds what the caller uses and what that falls back to, and nothing else", () => {
    const scoped = scopeSnapshot(sampleSnapshot(mesh), "dispatch");
    expect(Object.keys(scoped.services).sort()).toEqual(["backup", "last", "navigator"]);
    expect(Object.keys(scoped.resources)).toEqual(["robots"]);
  });

  it("tells a caller whether it is allowed, and nothing of the others", () => {
    const snapshot = sampleSnapshot(mesh);
    expect(scopeSnapshot(snapshot, "dispatch").services["navigator"]?.allow).toEqual(["dispatch"]);
    expect(JSON.stringify(scopeSnapshot(snapshot, "dispatch"))).not.toContain("reports");
  });

  it("keeps version and hash of the whole", () => {
    const snapshot = sampleSnapshot(mesh, 7);
    expect(scopeSnapshot(snapshot, "dispatch")).toMatchObject({
      version: 7,
      hash: snapshot.hash,
      scope: "dispatch",
    });
  });

  it("gives a gateway its own routes and what they lead to", () => {
    const route = { method: "POST", path: "/x", to: "navigator", timeoutMs: null, keyHeader: null };
    const edge = { name: "edge", routes: [route], maxBodyBytes: 1 };
    const scoped = scopeSnapshot(
      sampleSnapshot({ ...mesh, gateways: { edge, other: { ...edge, name: "other" } } }),
      "gateway/edge",
    );
    expect(Object.keys(scoped.gateways)).toEqual(["edge"]);
    expect(Object.keys(scoped.services)).toContain("navigator");
  });

  it("gives an unknown caller nothing", () => {
    expect(Object.keys(scopeSnapshot(sampleSnapshot(mesh), "nobody").services)).toEqual([]);
  });
});

describe("canonicalJson", () => {
  it("is JSON of the same value, and does not depend on key order", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: undefined, c: [undefined] })).toBe('{"b":1,"c":[null]}');
  });
});
