import { describe, expect, it } from "vitest";
import { type MeshFile, normalizeMesh } from "../../model/index.ts";
import { analyze } from "../analyze.ts";

const fn = { function: "f" };

function findingsOf(file: MeshFile): readonly string[] {
  return analyze(normalizeMesh({ mesh: "m", ...file }), file).map(
    ({ code, path, at, message, remedy }) => `${code} ${at} ${path.join(".")}: ${message} | ${remedy ?? ""}`,
  );
}

describe("names", () => {
  it("refuses malformed names of everything that has one", () => {
    const findings = findingsOf({
      mesh: "Robot Fleet",
      services: { Navigator: { backend: fn, revisions: [{ name: "V1" }] } },
      resources: { users_table: { "dynamodb.table": "t" } },
      constellations: { "": {} },
      gateways: { "2": { routes: [] } },
    });
    expect(findings.filter((finding) => finding.startsWith("TULLE1201"))).toEqual([
      'TULLE1201 value mesh: "Robot Fleet" cannot be the name of a mesh | "robot-fleet" would do',
      'TULLE1201 key services.Navigator: "Navigator" cannot be the name of a service | "navigator" would do',
      'TULLE1201 key resources.users_table: "users_table" cannot be the name of a resource | ' +
        '"users-table" would do',
      'TULLE1201 key constellations.: "" cannot be the name of a constellation | ',
      'TULLE1201 key gateways.2: "2" cannot be the name of a gateway | ',
      'TULLE1201 value services.Navigator.revisions.0.name: "V1" cannot be the name of a revision | ' +
        '"v1" would do',
    ]);
  });

  it("refuses function names that Lambda does not have, and tells a qualifier from a mistake", () => {
    expect(
      findingsOf({
        services: {
          a: { backend: { function: "fleet navigator" } },
          b: { backend: { function: "fleet:live" } },
          c: { backend: { function: "arn:aws:lambda:eu-west-1:123456789012:function:fleet:7" } },
          d: { backend: { function: "arn:aws:lambda:eu-west-1:123456789012:function:fleet" } },
        },
      }),
    ).toEqual([
      "TULLE1202 value services.a.backend.function: " +
        '"fleet navigator" is not the name or ARN of a Lambda function | ',
      "TULLE1202 value services.b.backend.function: " +
        '"fleet:live" is not the name or ARN of a Lambda function | ' +
        'write the qualifier apart: { function: "fleet", alias: live }',
      "TULLE1202 value services.c.backend.function: " +
        '"arn:aws:lambda:eu-west-1:123456789012:function:fleet:7" ' +
        "is not the name or ARN of a Lambda function | write the qualifier apart: " +
        '{ function: "arn:aws:lambda:eu-west-1:123456789012:function:fleet", version: 7 }',
    ]);
  });

  it("refuses a service and a resource of the same name", () => {
    const file: MeshFile = { services: { maps: { backend: fn } }, resources: { maps: { "s3.bucket": "b" } } };
    const [finding] = analyze(normalizeMesh({ mesh: "m", ...file }), file);
    expect(finding).toMatchObject({
      code: "TULLE1207",
      at: "key",
      path: ["resources", "maps"],
      related: [{ path: ["services", "maps"] }],
    });
  });
});

describe("references", () => {
  it("refuses names that nobody declares, with the nearest that somebody does", () => {
    expect(
      findingsOf({
        services: {
          dispatch: {
            backend: fn,
            uses: ["navigtor", "mpas", "navigator"],
            failover: ["nvigator"],
            fallback: { service: "dispach" },
          },
          navigator: { backend: fn, allow: ["dispatch", "gateway/egde", "edge", "dispatsh", "*"] },
        },
        resources: { maps: { "s3.bucket": "b", allow: ["navigater"] } },
        routes: [{ service: "navigatr", matches: [{ caller: "dispatc" }], to: [{ revision: "stable" }] }],
        constellations: { blue: { services: { navigato: "stable" }, resources: { map: "x" } } },
        gateways: { edge: { routes: [{ match: { path: "/" }, to: "dispatxh" }] } },
      }).filter((finding) => finding.startsWith("TULLE1203")),
    ).toEqual([
      'TULLE1203 value services.dispatch.uses.0: service or resource "navigtor" is not declared | ' +
        'did you mean "navigator"?',
      'TULLE1203 value services.dispatch.uses.1: service or resource "mpas" is not declared | ' +
        'did you mean "maps"?',
      'TULLE1203 value services.dispatch.failover.0: service "nvigator" is not declared | ' +
        'did you mean "navigator"?',
      'TULLE1203 value services.dispatch.fallback.service: service "dispach" is not declared | ' +
        'did you mean "dispatch"?',
      'TULLE1203 value services.navigator.allow.1: gateway "gateway/egde" is not declared | ' +
        'did you mean "gateway/edge"?',
      'TULLE1203 value services.navigator.allow.2: service "edge" is not declared | ' +
        'a gateway is written "gateway/edge"',
      'TULLE1203 value services.navigator.allow.3: service "dispatsh" is not declared | ' +
        'did you mean "dispatch"?',
      'TULLE1203 value resources.maps.allow.0: service "navigater" is not declared | ' +
        'did you mean "navigator"?',
      'TULLE1203 value routes.0.service: service "navigatr" is not declared | did you mean "navigator"?',
      'TULLE1203 value routes.0.matches.0.caller: service "dispatc" is not declared | ' +
        'did you mean "dispatch"?',
      'TULLE1203 key constellations.blue.services.navigato: service "navigato" is not declared | ' +
        'did you mean "navigator"?',
      'TULLE1203 key constellations.blue.resources.map: resource "map" is not declared | ' +
        'did you mean "maps"?',
      'TULLE1203 value gateways.edge.routes.0.to: service "dispatxh" is not declared | ' +
        'did you mean "dispatch"?',
    ]);
  });

  it("refuses names that every JavaScript object has but nobody declares", () => {
    const codes = findingsOf({
      services: {
        a: { backend: fn, uses: ["constructor"], timeouts: "constructor", failover: ["constructor"] },
      },
      routes: [
        { service: "constructor", to: [{ revision: "stable" }], matches: [{ constellation: "constructor" }] },
      ],
      gateways: { edge: { routes: [{ match: { path: "/" }, to: "constructor" }] } },
    }).map((finding) => finding.slice(0, 9));
    expect(codes).toEqual(["TULLE1203", "TULLE1203", "TULLE1203", "TULLE1203", "TULLE1205", "TULLE1206"]);
  });

  it("refuses policies that nobody declares", () => {
    expect(
      findingsOf({
        policies: { timeouts: { interactive: {} }, retries: { safe: {} } },
        defaults: { timeouts: "interactiv" },
        services: { a: { backend: fn, retry: "save", circuitBreaker: "standard" } },
        routes: [{ service: "a", to: [{ revision: "stable" }], timeouts: "batch" }],
      }),
    ).toEqual([
      "TULLE1205 value defaults.timeouts: " +
        'timeout policy "interactiv" is not declared under policies.timeouts | ' +
        'did you mean "interactive"?',
      'TULLE1205 value services.a.retry: retry policy "save" is not declared under policies.retries | ' +
        'did you mean "safe"?',
      "TULLE1205 value services.a.circuitBreaker: " +
        'circuit breaker "standard" is not declared under policies.circuitBreakers | ',
      'TULLE1205 value routes.0.timeouts: timeout policy "batch" is not declared under policies.timeouts | ',
    ]);
  });

  it("refuses revisions that the service does not have", () => {
    const services = {
      a: {
        backend: fn,
        revisions: [
          { name: "stable", alias: "s" },
          { name: "canary", alias: "c" },
        ],
      },
    };
    expect(
      findingsOf({
        services,
        routes: [{ service: "a", to: [{ revision: "cannary" }] }],
        constellations: { blue: { services: { a: "preview" } } },
      }),
    ).toEqual([
      'TULLE1204 value routes.0.to.0.revision: service "a" has no revision "cannary" | ' +
        'did you mean "canary"?',
      'TULLE1204 value constellations.blue.services.a: service "a" has no revision "preview" | ' +
        'it has "stable", "canary"',
    ]);
  });

  it("refuses a match on a constellation that nobody declares", () => {
    expect(
      findingsOf({
        services: { a: { backend: fn } },
        constellations: { blue: {} },
        routes: [{ service: "a", matches: [{ constellation: "bleu" }], to: [{ revision: "stable" }] }],
      }),
    ).toEqual([
      'TULLE1206 value routes.0.matches.0.constellation: constellation "bleu" is not declared | ' +
        'did you mean "blue"?',
    ]);
  });
});
