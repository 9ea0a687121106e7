import { readFileSync, writeFileSync } from "node:fs";
import { builtInPolicies, formatDuration, meshSchema } from "@tulle/core/model";
import { describe, expect, it } from "vitest";

const file = new URL("../schema/mesh.v1.json", import.meta.url);

describe("schema/mesh.v1.json", () => {
  it("equals core's schema (written anew with TULLE_WRITE_SCHEMA=1)", () => {
    const expected = `${JSON.stringify(meshSchema, null, 2)}\n`;
    if (process.env["TULLE_WRITE_SCHEMA"] === "1") writeFileSync(file, expected);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(meshSchema);
  });

  it("shows editors the defaults that the normal form has", () => {
    const definitions = JSON.parse(readFileSync(file, "utf8")).$defs;
    const { request, backendRequest } = definitions["timeouts-policy"].properties;
    expect([request.default, backendRequest.default]).toEqual([
      formatDuration(builtInPolicies.timeouts.requestMs),
      formatDuration(builtInPolicies.timeouts.backendRequestMs),
    ]);
    expect(definitions["circuit-breaker-policy"].properties.failureRatio.default).toBe(
      builtInPolicies.circuitBreaker.failureRatio,
    );
  });
});
