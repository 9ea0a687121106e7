import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyContext, type RequestContext } from "../context/index.ts";
import type { MeshConfig, ServiceConfig } from "../model/index.ts";
import { decide, explainDecision, prepareTable, type RoutingTable, recordDecision } from "./index.ts";

const idle = { plans: [] };
const context = (changes: Partial<RequestContext> = {}): RequestContext => ({ ...emptyContext, ...changes });

function tableOf(service: ServiceConfig, changes: Partial<MeshConfig> = {}): RoutingTable {
  return prepareTable(sampleSnapshot(sampleMesh([service], changes)), "dispatch");
}

const twoRevisions = sampleService("navigator", {
  revisions: [sampleRevision("stable", { weight: 9000 }), sampleRevision("canary", { weight: 1000 })],
});

function revisionFor(table: RoutingTable, key: string | null, random = 0.5): string | undefined {
  return decide(table, idle, { service: "navigator", context: context({ key }), key: null }, 0, random)
    .revision?.name;
}

describe("decide", () => {
  it("passes a name that is not in the snapshot", () => {
    const table = tableOf(sampleService("navigator"));
    const request = { service: "elsewhere", context: context(), key: null };
    expect(decide(table, idle, request, 0, 0).kind).toBe("pass");
  });

  it("passes a service whose mode is off", () => {
    const table = tableOf(sampleService("navigator", { mode: "off" }));
    expect(decide(table, idle, { service: "navigator", context: context(), key: null }, 0, 0).kind).toBe(
      "pass",
    );
  });

  it("refuses a caller that the callee does not allow", () => {
    const table = tableOf(sampleService("navigator", { allow: ["charging"] }));
    const decision = decide(table, idle, { service: "navigator", context: context(), key: null }, 0, 0);
    expect(decision).toMatchObject({ kind: "refuse", refusal: "TULLE2001" });
  });

  it("refuses a call whose deadline has passed, at the very millisecond", () => {
    const table = tableOf(sampleService("navigator"));
    const request = { service: "navigator", context: context({ deadlineMs: 1000 }), key: null };
    expect(decide(table, idle, request, 999, 0).kind).toBe("route");
    expect(decide(table, idle, request, 1000, 0)).toMatchObject({ kind: "refuse", refusal: "TULLE2003" });
  });

  it("takes the earlier of the request's deadline and its own", () => {
    const table = tableOf(sampleService("navigator"));
    const at = (deadlineMs: number | null) =>
      decide(table, idle, { service: "navigator", context: context({ deadlineMs }), key: null }, 1000, 0)
        .deadlineMs;
    expect(at(null)).toBe(4000);
    expect(at(2000)).toBe(2000);
    expect(at(9000)).toBe(4000);
  });

  it("keeps a key on its revision and gives a revision its share of keys", () => {
    const table = tableOf(twoRevisions);
    let canary = 0;
    for (let robot = 0; robot < 20_000; robot++) {
      const revision = revisionFor(table, `robot-${robot}`);
      expect(revisionFor(table, `robot-${robot}`, 0.01)).toBe(revision);
      if (revision === "canary") canary++;
    }
    // Binomial(20,000, 0.1): five standard deviations are 212.
    expect(Math.abs(canary - 2000)).toBeLessThan(212);
  });

  it("moves keys only towards the revision that gained weight", () => {
    const grown = { ...twoRevisions, revisions: weighted(7000, 3000) };
    const [before, after] = [tableOf(twoRevisions), tableOf(grown)];
    for (let robot = 0; robot < 5000; robot++) {
      if (revisionFor(before, `robot-${robot}`) === "canary") {
        expect(revisionFor(after, `robot-${robot}`)).toBe("canary");
      }
    }
  });

  it("draws with the random number given where there is no key", () => {
    const table = tableOf(twoRevisions);
    expect(revisionFor(table, null, 0.95)).not.toBe(revisionFor(table, null, 0.05));
  });

  it("splits by a payload field, and by the trace root where the field is missing", () => {
    const table = tableOf({ ...twoRevisions, stickiness: { kind: "payload", field: "robotId" } });
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    const ask = (value: string | null) =>
      decide(
        table,
        idle,
        { service: "navigator", context: context({ traceparent }), key: null, payloadField: () => value },
        0,
        0.5,
      ).drawnBy;
    expect(ask("robot-7")).toBe("payload");
    expect(ask(null)).toBe("trace");
  });

  it("tries routes in order: caller, context, constellation", () => {
    const routes = [
      { service: "navigator", matches: [{ caller: "reports" }], to: [all("canary")], timeouts: null },
      { service: "navigator", matches: [{ context: { model: "mk2" } }], to: [all("canary")], timeouts: null },
    ];
    const table = tableOf({ ...twoRevisions, revisions: weighted(10_000, 0) }, { routes });
    const to = (values: Record<string, string>) =>
      decide(table, idle, { service: "navigator", context: context({ values }), key: "k" }, 0, 0).revision
        ?.name;
    expect(to({})).toBe("stable");
    expect(to({ model: "mk1" })).toBe("stable");
    expect(to({ model: "mk2" })).toBe("canary");
  });

  it("pins a request to its constellation and falls through or refuses as told", () => {
    const blue = {
      name: "blue",
      services: { navigator: "canary" },
      resources: {},
      fallThrough: "base",
    } as const;
    const strict = { name: "strict", services: {}, resources: {}, fallThrough: "refuse" } as const;
    const table = tableOf(
      { ...twoRevisions, revisions: weighted(10_000, 0) },
      { constellations: { blue, strict } },
    );
    const ask = (constellation: string) =>
      decide(table, idle, { service: "navigator", context: context({ constellation }), key: null }, 0, 0);
    expect(ask("blue").revision?.name).toBe("canary");
    for (const label of ["unknown", "constructor", "__proto__"]) {
      expect(ask(label).revision?.name).toBe("stable");
    }
    expect(ask("strict").refusal).toBe("TULLE2006");
  });

  it("sheds on an open circuit until its probe is due", () => {
    const table = tableOf(sampleService("navigator"));
    const state = { plans: [{ kind: "open", generation: 1, sinceMs: 0, probeAtMs: 5000 } as const] };
    const at = (nowMs: number) =>
      decide(table, state, { service: "navigator", context: context(), key: null }, nowMs, 0);
    expect(at(4999)).toMatchObject({ kind: "shed", refusal: "TULLE2002" });
    expect(at(5000)).toMatchObject({ kind: "route", admission: "probe" });
  });

  it("is a pure function: equal inputs give equal decisions", () => {
    const table = tableOf(twoRevisions);
    fc.assert(
      fc.property(
        fc.option(fc.string()),
        fc.nat(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (key, now, random) => {
          const request = { service: "navigator", context: context({ key }), key: null };
          expect(decide(table, idle, request, now, random)).toEqual(
            decide(table, idle, request, now, random),
          );
        },
      ),
    );
  });

  it("gives any split exactly the members that have weight", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.string(), (parts, key) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        fc.pre(total > 0);
        const revisions = shares(parts, total).map((weight, i) => sampleRevision(`r${i}`, { weight }));
        const table = tableOf(sampleService("navigator", { revisions }));
        const chosen = revisionFor(table, key);
        expect(revisions.find((revision) => revision.name === chosen)?.weight).toBeGreaterThan(0);
      }),
    );
  });
});

describe("explain", () => {
  it("prints the record of the decision that was made", () => {
    const table = tableOf(twoRevisions);
    const request = { service: "navigator", context: context({ key: "robot-7" }), key: null };
    const decision = decide(table, idle, request, 1000, 0.5);
    const lines = explainDecision(recordDecision(table, request, decision, { nowMs: 1000, random: 0.5 }));
    expect(lines.join("\n")).toContain(`slot ${decision.slot} of 10000`);
    expect(lines.join("\n")).toContain(`fn-navigator:${decision.revision?.name}`);
  });
});

function weighted(stable: number, canary: number) {
  return [sampleRevision("stable", { weight: stable }), sampleRevision("canary", { weight: canary })];
}

function all(revision: string) {
  return { revision, weight: 10_000 };
}

/** Integer shares of 10,000 in proportion to `parts`; the last part with weight takes the remainder. */
function shares(parts: readonly number[], total: number): number[] {
  const exact = parts.map((part) => Math.floor((part / total) * 10_000));
  const last = parts.findLastIndex((part) => part > 0);
  exact[last]! += 10_000 - exact.reduce((sum, share) => sum + share, 0);
  return exact;
}
