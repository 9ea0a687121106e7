import { describe, expect, it } from "vitest";
import { type MeshFile, normalizeMesh, type PoliciesOfService } from "../../model/index.ts";
import { analyze } from "../analyze.ts";

const backend = { function: "f" };

function findingsOf(file: MeshFile): readonly string[] {
  return analyze(normalizeMesh({ mesh: "m", ...file }), file).map(
    ({ code, path, message, remedy }) => `${code} ${path.join(".")}: ${message} | ${remedy ?? ""}`,
  );
}

function ofService(policies: PoliciesOfService): readonly string[] {
  return findingsOf({ services: { a: { backend, ...policies } } });
}

describe("policies", () => {
  it("are looked at once, where their author wrote them", () => {
    const broken = { request: "1s", backendRequest: "2s" } as const;
    const message = "one attempt may take 2s, longer than the 1s of the whole call | at most 1s is of use";
    expect(
      findingsOf({
        policies: { timeouts: { slow: broken, unused: broken } },
        defaults: { timeouts: broken },
        services: { a: { backend, timeouts: "slow" }, b: { backend, timeouts: "slow" }, c: { backend } },
        routes: [{ service: "a", to: [{ revision: "stable" }], timeouts: broken }],
      }),
    ).toEqual([
      `TULLE1406 policies.timeouts.slow.backendRequest: ${message}`,
      `TULLE1406 policies.timeouts.unused.backendRequest: ${message}`,
      `TULLE1406 defaults.timeouts.backendRequest: ${message}`,
      `TULLE1406 routes.0.timeouts.backendRequest: ${message}`,
    ]);
  });

  it("are looked at in each service where only the normal form is at hand", () => {
    const config = normalizeMesh({
      mesh: "m",
      services: { a: { backend, timeouts: { request: "0s" } }, b: { backend } },
    });
    expect(analyze(config).map(({ code, path }) => [code, ...path])).toEqual([
      ["TULLE1406", "services", "a", "timeouts", "request"],
    ]);
  });

  it("need timeouts that last", () => {
    expect(ofService({ timeouts: { request: "0s" } })).toEqual([
      "TULLE1406 services.a.timeouts.request: a timeout of zero lets no call finish | ",
    ]);
    expect(ofService({ timeouts: { backendRequest: "0ms" } })).toEqual([
      "TULLE1406 services.a.timeouts.backendRequest: a timeout of zero lets no attempt finish | ",
    ]);
    expect(ofService({ timeouts: { request: "1s", backendRequest: "1s" } })).toEqual([]);
    const routes = [{ match: { path: "/" }, to: "a", timeout: "0s" as const }];
    const services = { a: { backend, allow: ["gateway/edge"] } };
    expect(findingsOf({ services, gateways: { edge: { routes } } })).toEqual([
      "TULLE1406 gateways.edge.routes.0.timeout: a timeout of zero lets no call finish | ",
    ]);
  });

  it("need breaker thresholds within their ranges", () => {
    expect(ofService({ circuitBreaker: { failureRatio: 50, minimumThroughput: 0 } })).toEqual([
      "TULLE1407 services.a.circuitBreaker.failureRatio: " +
        "a failure ratio is above 0 and at most 1, not 50 | " +
        "50 percent is 0.5",
      "TULLE1407 services.a.circuitBreaker.minimumThroughput: a minimum throughput is at least 1, not 0 | ",
    ]);
    expect(ofService({ circuitBreaker: { failureRatio: 0 } })).toHaveLength(1);
    expect(ofService({ circuitBreaker: { samplingDuration: "0s", recoveryTimeout: "0s" } })).toEqual([
      "TULLE1407 services.a.circuitBreaker.samplingDuration: `samplingDuration` must be longer than zero | ",
      "TULLE1407 services.a.circuitBreaker.recoveryTimeout: `recoveryTimeout` must be longer than zero | ",
    ]);
    expect(ofService({ circuitBreaker: { failureRatio: 1, minimumThroughput: 1 } })).toEqual([]);
  });

  it("need retry budgets of at most 100 percent and a backoff that can grow", () => {
    expect(ofService({ retry: { budget: { percent: 120 } } })).toEqual([
      "TULLE1408 services.a.retry.budget.percent: a retry budget is between 0 and 100 percent, not 120 | ",
    ]);
    expect(ofService({ retry: { backoff: { base: "1s", max: "100ms" } } })).toEqual([
      "TULLE1408 services.a.retry.backoff.base: the backoff begins at 1s, above its maximum of 100ms | ",
    ]);
    expect(ofService({ retry: { backoff: { base: "1s" }, budget: { percent: 100 } } })).toEqual([]);
  });

  it("warns of settings that nothing reads yet", () => {
    expect(findingsOf({ telemetry: { tracing: { sampleRate: 1 } } })).toEqual([
      "TULLE1601 telemetry: `telemetry` is accepted but nothing reads it yet | ",
    ]);
  });
});
