import { describe, expect, it } from "vitest";
import { type MeshFile, normalizeMesh } from "../../model/index.ts";
import { analyze } from "../analyze.ts";

const backend = { function: "f" };

function findingsOf(file: MeshFile): readonly string[] {
  return analyze(normalizeMesh({ mesh: "m", ...file }), file).map(
    ({ code, severity, path, message }) => `${code} ${severity} ${path.join(".")}: ${message}`,
  );
}

describe("access", () => {
  it("is satisfied where uses and allow agree, in cycles too", () => {
    expect(
      findingsOf({
        services: {
          dispatch: { backend, uses: ["charging", "robots"], allow: ["charging", "gateway/edge"] },
          charging: { backend, uses: ["dispatch"], allow: ["dispatch"] },
        },
        resources: { robots: { "dynamodb.table": "t", allow: ["dispatch"] } },
        gateways: { edge: { routes: [{ match: { path: "/" }, to: "dispatch" }] } },
      }),
    ).toEqual([]);
  });

  it("refuses a use that is not allowed, by services, resources and gateways", () => {
    const file: MeshFile = {
      services: { dispatch: { backend, uses: ["charging", "robots"] }, charging: { backend } },
      resources: { robots: { "dynamodb.table": "t", allow: [] } },
      gateways: { edge: { routes: [{ match: { path: "/" }, to: "dispatch" }] } },
    };
    expect(findingsOf(file)).toEqual([
      'TULLE1301 error services.dispatch.uses.0: "charging" does not allow "dispatch"',
      'TULLE1301 error services.dispatch.uses.1: "robots" does not allow "dispatch"',
      'TULLE1301 error gateways.edge.routes.0.to: "dispatch" does not allow "gateway/edge"',
    ]);
    const [first] = analyze(normalizeMesh(file), file).filter(({ code }) => code === "TULLE1301");
    expect(first!.related).toEqual([
      { path: ["services", "charging", "allow"], message: '"charging" says here whom it allows' },
    ]);
  });

  it("lets `*` allow everybody", () => {
    expect(findingsOf({ services: { a: { backend, uses: ["b"] }, b: { backend, allow: ["*"] } } })).toEqual(
      [],
    );
  });

  it("warns of an allow that nobody uses", () => {
    expect(
      findingsOf({
        services: { a: { backend }, b: { backend, allow: ["a", "gateway/edge"] } },
        gateways: { edge: { routes: [] } },
      }),
    ).toEqual([
      'TULLE1302 warning services.b.allow.0: "b" allows "a", which does not use it',
      'TULLE1302 warning services.b.allow.1: "b" allows "gateway/edge", which does not use it',
    ]);
  });

  it("refuses a stand-in that does not allow the callers of what it stands in for", () => {
    expect(
      findingsOf({
        services: {
          a: { backend, uses: ["b"] },
          b: { backend, allow: ["a"], failover: ["c"], fallback: { service: "d" } },
          c: { backend },
          d: { backend, allow: ["a"] },
        },
      }),
    ).toEqual(['TULLE1303 error services.b.failover.0: "c" stands in here but does not allow "a"']);
  });
});
