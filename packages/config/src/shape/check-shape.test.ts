import type { JsonValue } from "@tulle/core/model";
import { describe, expect, it } from "vitest";
import { checkShape } from "./check-shape.ts";

const backend = { function: "f" };

function findingsOf(part: { readonly [key: string]: JsonValue }): readonly string[] {
  return checkShape({ version: 1, mesh: "m", ...part }).map(
    ({ code, at, path, message, remedy }) =>
      `${code} ${at} ${path.join(".")}: ${message}${remedy === undefined ? "" : ` | ${remedy}`}`,
  );
}

function ofService(part: { readonly [key: string]: JsonValue }): readonly string[] {
  return findingsOf({ services: { a: { backend, ...part } } });
}

describe("unknown and missing keys", () => {
  it("come with the key that was probably meant, or the few that there are", () => {
    expect(findingsOf({ sevices: {} })).toEqual([
      'TULLE1002 key sevices: unknown key "sevices" in a mesh | did you mean "services"?',
    ]);
    expect(ofService({ timeouts: { request: "1s", total: "1s" } })).toEqual([
      'TULLE1002 key services.a.timeouts.total: unknown key "total" in a timeout policy | ' +
        "known keys: request, backendRequest",
    ]);
    expect(ofService({ "<<": {} })).toEqual([
      'TULLE1002 key services.a.<<: unknown key "<<" in a service | ' +
        "YAML merge keys have no meaning here; name a policy instead",
    ]);
  });

  it("are told with the path of what lacks them", () => {
    expect(checkShape({}).map(({ message, path }) => [message, path])).toEqual([
      ['a mesh needs the key "version"', []],
      ['a mesh needs the key "mesh"', []],
    ]);
    expect(findingsOf({ routes: [{ to: [{ revision: "x" }] }] })).toEqual([
      'TULLE1101 key routes.0: a route needs the key "service"',
    ]);
  });

  it("are one mistake where the missing key is there misspelt", () => {
    expect(findingsOf({ services: { a: { bakcend: backend } } })).toEqual([
      'TULLE1002 key services.a.bakcend: unknown key "bakcend" in a service | did you mean "backend"?',
    ]);
  });

  it("are found inside environments, where nothing is required", () => {
    expect(
      findingsOf({ environments: { prod: { services: { a: { timeouts: null, mode: "observe" } } } } }),
    ).toEqual([]);
    expect(findingsOf({ environments: { prod: { services: { a: { bakend: null } } } } })).toEqual([
      'TULLE1002 key environments.prod.services.a.bakend: unknown key "bakend" in a service | ' +
        'did you mean "backend"?',
    ]);
  });
});

describe("values", () => {
  it("of the wrong type are named by what was expected and what was found", () => {
    expect(ofService({ uses: "b" })).toEqual([
      'TULLE1102 value services.a.uses: expected a list of names, found "b"',
    ]);
    expect(ofService({ uses: null })).toEqual([
      "TULLE1102 value services.a.uses: expected a list of names, found nothing",
    ]);
    expect(ofService({ idempotent: "yes" })).toEqual([
      'TULLE1102 value services.a.idempotent: expected true or false, found "yes"',
    ]);
    expect(ofService({ timeouts: { request: 3 } })).toEqual([
      "TULLE1102 value services.a.timeouts.request: " +
        "expected a duration such as `250ms`, `3s` or `1m30s`, found 3",
    ]);
    expect(ofService({ timeouts: [] })).toEqual([
      "TULLE1102 value services.a.timeouts: expected a timeout policy or the name of one, found a list",
    ]);
    expect(findingsOf({ version: "1" })).toEqual([
      'TULLE1103 value version: expected the version of this format, 1, found "1"',
    ]);
  });

  it("that are nearly right come with what is", () => {
    expect(ofService({ mode: "Enforce" })).toEqual([
      'TULLE1103 value services.a.mode: expected `off`, `observe` or `enforce`, found "Enforce" | ' +
        'did you mean "enforce"?',
    ]);
    expect(ofService({ timeouts: { request: "3 S" } })).toEqual([
      "TULLE1105 value services.a.timeouts.request: expected a duration such as `250ms`, `3s` or `1m30s`, " +
        'found "3 S" | did you mean "3s"?',
    ]);
    expect(ofService({ uses: ["UsersTable"] })[0]).toContain('did you mean "users-table"?');
    const routes = [{ match: { method: "get", path: "/" }, to: "a" }];
    expect(findingsOf({ gateways: { edge: { routes } } })[0]).toContain('found "get" | did you mean "GET"?');
  });

  it("outside their range are refused", () => {
    const revisions = (weight: number) => ofService({ revisions: [{ name: "x", weight }] });
    const message = "expected a percentage from 0 to 100 with at most two decimals, found";
    for (const weight of [-1, 101, 0.001]) {
      expect(revisions(weight)).toEqual([
        `TULLE1104 value services.a.revisions.0.weight: ${message} ${weight}`,
      ]);
    }
    for (const weight of [0, 0.01, 0.07, 12.34, 99.99, 100]) expect(revisions(weight)).toEqual([]);
    expect(ofService({ retry: { attempts: 11 } })).toHaveLength(1);
  });

  it("accepts every weight of two decimals", () => {
    for (let weight = 0; weight <= 10_000; weight++) {
      expect(ofService({ revisions: [{ name: "x", weight: weight / 100 }] })).toEqual([]);
    }
  });

  it("that are repeated or missing in lists are refused", () => {
    expect(ofService({ allow: ["x", "y", "x"] })).toEqual([
      'TULLE1106 value services.a.allow: "x" is in the list twice',
    ]);
    expect(ofService({ revisions: [] })).toEqual([
      "TULLE1106 value services.a.revisions: a list of revisions needs at least one entry",
    ]);
    const match = [{ context: {} }];
    expect(findingsOf({ routes: [{ service: "a", matches: match, to: [{ revision: "x" }] }] })).toEqual([
      "TULLE1106 value routes.0.matches.0.context: a map of values needs at least one key",
    ]);
  });

  it("are shortened where they are long", () => {
    expect(ofService({ mode: "x".repeat(1_000) })[0]!.length).toBeLessThan(200);
  });
});

describe("names", () => {
  it("are refused at the key, with one that would do", () => {
    expect(findingsOf({ services: { MyService: { backend } } })).toEqual([
      'TULLE1201 key services.MyService: "MyService" cannot be a name here | "my-service" would do',
    ]);
    expect(findingsOf({ services: { ["__proto__"]: { backend } } })).toEqual([
      'TULLE1201 key services.__proto__: "__proto__" cannot be a name here | "proto" would do',
    ]);
    expect(ofService({ local: { handler: "x", environment: { "A-B": "1" } } })).toEqual([
      'TULLE1201 key services.a.local.environment.A-B: "A-B" cannot be a name here',
    ]);
  });
});

describe("keys that exclude each other", () => {
  it("are refused together and all missing", () => {
    expect(findingsOf({ services: { a: { backend: {} } } })).toEqual([
      'TULLE1107 key services.a.backend: a backend needs one of "function", "http"',
    ]);
    expect(findingsOf({ services: { a: { backend: { function: "f", http: "https://x.test" } } } })).toEqual([
      'TULLE1107 key services.a.backend.http: a backend cannot have both "function" and "http"',
    ]);
    expect(findingsOf({ services: { a: { backend: { function: "f", alias: "x", version: 1 } } } })).toEqual([
      'TULLE1107 key services.a.backend.version: a backend cannot have both "alias" and "version"',
    ]);
    expect(ofService({ fallback: {} })).toEqual([
      'TULLE1107 key services.a.fallback: a fallback needs one of "value", "service"',
    ]);
    expect(findingsOf({ resources: { a: { "s3.bucket": "x", "sqs.queue": "y" } } })).toEqual([
      'TULLE1107 key resources.a.sqs.queue: a resource cannot have both "s3.bucket" and "sqs.queue"',
    ]);
  });
});

describe("unions", () => {
  it("speak of the branch that was meant, or of all of them", () => {
    expect(ofService({ stickiness: "session" })).toEqual([
      'TULLE1103 value services.a.stickiness: expected one of request, none, found "session"',
    ]);
    expect(ofService({ stickiness: { payload: 7 } })).toEqual([
      "TULLE1102 value services.a.stickiness.payload: expected the name of a top-level field, found 7",
    ]);
    expect(ofService({ stickiness: 7 })).toEqual([
      "TULLE1102 value services.a.stickiness: expected `request`, `none` or { payload: FIELD }, found 7",
    ]);
    expect(ofService({ stickiness: { payload: "robotId" } })).toEqual([]);
  });
});

describe("very many mistakes", () => {
  it("are all told, without comparing each with each", () => {
    const services = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`s${index}`, { backend: {}, stickiness: 5 }]),
    );
    expect(findingsOf({ services })).toHaveLength(10_000);
  });
});
