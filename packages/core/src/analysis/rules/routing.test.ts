import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type MatchFile,
  type MeshFile,
  normalizeMesh,
  type RevisionFile,
  type ServiceFile,
} from "../../model/index.ts";
import { analyze } from "../analyze.ts";

const backend = { function: "f" };
const to = [{ revision: "stable" }];

function findingsOf(file: MeshFile): readonly string[] {
  return analyze(normalizeMesh({ mesh: "m", ...file }), file).map(
    ({ code, path, message, remedy }) => `${code} ${path.join(".")}: ${message} | ${remedy ?? ""}`,
  );
}

function withRevisions(...revisions: RevisionFile[]): MeshFile {
  return { services: { a: { backend, revisions } } };
}

function withMatches(...matches: (readonly MatchFile[] | undefined)[]): MeshFile {
  return {
    services: { a: { backend, allow: ["b"] }, b: { backend, uses: ["a"] }, c: { backend } },
    constellations: { blue: {} },
    routes: matches.map((match) => ({ service: "a", to, ...(match !== undefined && { matches: match }) })),
  };
}

function standIns(edges: Readonly<Record<string, Partial<ServiceFile>>>): readonly string[] {
  const services = Object.fromEntries(
    Object.entries(edges).map(([name, edge]) => [name, { backend, ...edge }]),
  );
  return findingsOf({ services });
}

describe("revisions", () => {
  it("refuses two of one name", () => {
    expect(findingsOf(withRevisions({ name: "x", alias: "a" }, { name: "x", alias: "b" }))).toEqual([
      'TULLE1208 services.a.revisions.1.name: service "a" has two revisions named "x" | ',
    ]);
  });

  it("warns of two that lead to the same version", () => {
    expect(findingsOf(withRevisions({ name: "x" }, { name: "y", weight: 10 }))).toEqual([
      'TULLE1209 services.a.revisions.1.name: revisions "x" and "y" both lead to f:$LATEST | ',
    ]);
  });

  it("refuses a target that the backend cannot reach", () => {
    expect(findingsOf(withRevisions({ name: "x", url: "https://x.test" }))).toEqual([
      'TULLE1209 services.a.revisions.0.url: revision "x" has a url, but its backend is a function | ' +
        "give it an alias or a version",
    ]);
    const revisions = [{ name: "x", alias: "live" }];
    expect(findingsOf({ services: { a: { backend: { http: "https://x.test" }, revisions } } })).toEqual([
      "TULLE1209 services.a.revisions.0.alias: " +
        'revision "x" has an alias or version, but its backend is HTTP | ' +
        "give it a url",
    ]);
  });

  it("refuses a local run without any handler", () => {
    expect(findingsOf(withRevisions({ name: "x", local: { memory: 256 } }))).toEqual([
      'TULLE1409 services.a.revisions.0.local: revision "x" is run locally, but neither it nor its service ' +
        "has a handler | ",
    ]);
  });
});

describe("weights", () => {
  it("refuses sums below and above 100 percent", () => {
    const split = (weight: number) =>
      withRevisions({ name: "x", alias: "x", weight: 50 }, { name: "y", alias: "y", weight });
    expect(findingsOf(split(40))).toEqual([
      "TULLE1401 services.a.revisions: the weights of the revisions add up to 90 %, not 100 % | " +
        "10 % more is wanted",
    ]);
    expect(findingsOf(split(50.01))).toEqual([
      "TULLE1401 services.a.revisions: the weights of the revisions add up to 100.01 %, not 100 % | " +
        "0.01 % too much",
    ]);
    expect(findingsOf(split(50))).toEqual([]);
    const route = { service: "a", to: [{ revision: "stable", weight: 0 }] };
    expect(findingsOf({ services: { a: { backend } }, routes: [route] })).toEqual([
      "TULLE1401 routes.0.to: the weights of the route add up to 0 %, not 100 % | 100 % more is wanted",
    ]);
  });

  it("refuses what is no share in a normal form that comes from elsewhere", () => {
    const config = normalizeMesh({ mesh: "m", services: { a: { backend } } });
    for (const weight of [-1, 0.5, 10_001, Number.NaN]) {
      const a = { ...config.services["a"]!, revisions: [{ ...config.services["a"]!.revisions[0]!, weight }] };
      expect(analyze({ ...config, services: { a } }).map(({ code }) => code)).toEqual(["TULLE1410"]);
    }
  });
});

describe("matches", () => {
  it("refuses one that an earlier, wider one covers", () => {
    const file = withMatches([{ caller: "b" }], [{ caller: "b", context: { model: "mk2" } }]);
    expect(findingsOf(file)).toEqual([
      "TULLE1402 routes.1.matches.0: an earlier match takes everything that this one would | ",
    ]);
    expect(findingsOf(withMatches(undefined, [{ constellation: "blue" }]))).toHaveLength(1);
    expect(findingsOf(withMatches([{}, { caller: "b" }]))).toHaveLength(1);
  });

  it("refuses one that is there twice, whatever the order of its conditions", () => {
    const file = withMatches([{ context: { x: "1", y: "2" } }], [{ context: { y: "2", x: "1" } }]);
    expect(findingsOf(file)).toEqual([
      "TULLE1403 routes.1.matches.0: this match is the same as an earlier one and never takes anything | ",
    ]);
  });

  it("accepts narrower before wider, other values and other services", () => {
    expect(
      findingsOf(withMatches([{ caller: "b", constellation: "blue" }], [{ caller: "b" }], undefined)),
    ).toEqual([]);
    expect(findingsOf(withMatches([{ context: { x: "1" } }], [{ context: { x: "2" } }]))).toEqual([]);
    const file = withMatches(undefined);
    expect(findingsOf({ ...file, routes: [...file.routes!, { service: "c", to }] })).toEqual([]);
  });

  it("does not take a value for the end of a key", () => {
    expect(findingsOf(withMatches([{ context: { 'x"=1': "2" } }], [{ context: { x: '1"=2' } }]))).toEqual([]);
  });

  it("warns of a match on a caller that may not call", () => {
    expect(findingsOf(withMatches([{ caller: "c" }]))).toEqual([
      'TULLE1402 routes.0.matches.0.caller: "c" may not call "a", so this match never holds | ' +
        'add "c" to the `allow` of "a", or remove the match',
    ]);
  });
});

describe("failover and fallback", () => {
  it("refuses a service that stands in for itself", () => {
    expect(standIns({ a: { failover: ["a"] }, b: { fallback: { service: "b" } } })).toEqual([
      'TULLE1405 services.a.failover.0: "a" cannot stand in for itself | ',
      'TULLE1405 services.b.fallback.service: "b" cannot stand in for itself | ',
    ]);
  });

  it("refuses a cycle once, with its steps", () => {
    const edges = { a: { failover: ["b"] }, b: { fallback: { service: "c" } }, c: { failover: ["b", "a"] } };
    expect(standIns(edges)).toEqual([
      "TULLE1404 services.c.failover.0: failover leads back to where it began: b -> c -> b | ",
      "TULLE1404 services.c.failover.1: failover leads back to where it began: a -> b -> c -> a | ",
    ]);
  });

  it("accepts chains and diamonds", () => {
    expect(
      standIns({ a: { failover: ["b", "c"] }, b: { failover: ["d"] }, c: { failover: ["d"] }, d: {} }),
    ).toEqual([]);
  });

  it("walks a chain of ten thousand", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `s${index}`);
    const chain = Object.fromEntries(
      names.map((name, index) => [name, { failover: names.slice(index + 1, index + 2) }]),
    );
    expect(standIns(chain)).toEqual([]);
  });

  it("finds a cycle exactly when the graph has one", () => {
    const node = fc.constantFrom("a", "b", "c", "d", "e");
    const graph = fc.dictionary(node, fc.uniqueArray(node, { maxLength: 3 }), { noNullPrototype: true });
    fc.assert(
      fc.property(graph, (edges) => {
        const found = standIns(
          Object.fromEntries(
            ["a", "b", "c", "d", "e"].map((name) => [name, { failover: edges[name] ?? [] }]),
          ),
        ).some((finding) => finding.startsWith("TULLE1404") || finding.startsWith("TULLE1405"));
        expect(found).toBe(hasCycle(edges));
      }),
    );
  });
});

/** By taking away, again and again, every node that leads nowhere. */
function hasCycle(edges: Readonly<Record<string, readonly string[]>>): boolean {
  let left = Object.entries(edges);
  for (;;) {
    const names = new Set(left.map(([name]) => name));
    const kept = left.filter(([, targets]) => targets.some((target) => names.has(target)));
    if (kept.length === left.length) return left.length > 0;
    left = kept;
  }
}
