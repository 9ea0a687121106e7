import { describe, expect, it } from "vitest";
import { invokeAsyncPath, invokePath, invokeStreamPath, lambdaOperations, matchOperation } from "./index.ts";

describe("matchOperation", () => {
  it("finds every operation by its own template", () => {
    for (const [operation, method, template] of lambdaOperations) {
      const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => `value%20of%3A${name}`);
      const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      expect(matchOperation(method, path)).toEqual({
        operation,
        parameters: Object.fromEntries(names.map((name) => [name, `value of:${name}`])),
      });
    }
  });

  it("has no two operations at one method and template", () => {
    const places = lambdaOperations.map(([, method, template]) => `${method} ${template}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it("finds the paths that this package builds", () => {
    const parameters = { FunctionName: "123456789012:function:fn" };
    const name = parameters.FunctionName;
    expect(matchOperation("POST", invokePath(name))).toEqual({ operation: "Invoke", parameters });
    expect(matchOperation("POST", invokeStreamPath(name))).toEqual({
      operation: "InvokeWithResponseStream",
      parameters,
    });
    expect(matchOperation("POST", `${invokeAsyncPath(name)}/`)).toEqual({
      operation: "InvokeAsync",
      parameters,
    });
  });

  it("keeps an encoded slash inside its parameter", () => {
    expect(matchOperation("GET", "/2017-03-31/tags/arn%3Aaws%2Fx")?.parameters).toEqual({
      Resource: "arn:aws/x",
    });
  });

  it.each([
    ["GET", "/"],
    ["POST", ""],
    ["PATCH", "/2015-03-31/functions/fn"],
    ["POST", "/2015-03-31/functions//invocations"],
    ["POST", "/2015-03-31/functions/fn%3/invocations"],
    ["POST", "/2016-01-01/functions/fn/invocations"],
  ])("finds nothing at %s %s", (method, path) => {
    expect(matchOperation(method, path)).toBeNull();
  });
});
