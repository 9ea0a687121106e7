import { describe, expect, it } from "vitest";
import { type HttpMethod, normalizeMesh } from "../../model/index.ts";
import { analyze } from "../analyze.ts";
import { parsePathTemplate, templateShape } from "../path-template.ts";

function findingsOf(routes: readonly (readonly [HttpMethod, string])[], maxBody = "1MiB"): readonly string[] {
  const file = {
    services: { a: { backend: { function: "f" }, allow: ["gateway/edge"] } },
    gateways: {
      edge: { maxBody, routes: routes.map(([method, path]) => ({ match: { method, path }, to: "a" })) },
    },
  };
  return analyze(normalizeMesh({ mesh: "m", ...file }), file).map(
    ({ code, path, message }) => `${code} ${path.join(".")}: ${message}`,
  );
}

describe("gateway routes", () => {
  it("refuses two that catch the same requests, whatever their parameters are called", () => {
    expect(
      findingsOf([
        ["GET", "/robots/{id}"],
        ["GET", "/robots/{robot}"],
      ]),
    ).toEqual([
      "TULLE1501 gateways.edge.routes.1.match.path: " +
        "GET /robots/{robot} catches what an earlier route catches",
    ]);
  });

  it("accepts other methods, literals beside parameters, and greedy beside plain ones", () => {
    expect(
      findingsOf([
        ["GET", "/robots/{id}"],
        ["POST", "/robots/{id}"],
        ["ANY", "/robots/{id}"],
        ["GET", "/robots/me"],
        ["GET", "/robots/{path+}"],
        ["GET", "/"],
      ]),
    ).toEqual([]);
  });

  it.each([
    ["robots", 'it does not start with "/"'],
    ["", 'it does not start with "/"'],
    ["/robots/", 'it ends with "/"'],
    ["//robots", "it has an empty segment"],
    ["/{path+}/x", "{path+} is not its last segment"],
    ["/{id}/{id}", "it has the parameter {id} twice"],
    ["/a{id}", '"a{id}" is neither plain text nor one {parameter}'],
    ["/{", '"{" is neither plain text nor one {parameter}'],
    ["/{}", '"{}" is neither plain text nor one {parameter}'],
    ["/a b", '"a b" is neither plain text nor one {parameter}'],
    ["/a?b", '"a?b" is neither plain text nor one {parameter}'],
  ])("refuses the template %j", (path, reason) => {
    expect(findingsOf([["GET", path]])).toEqual([
      `TULLE1502 gateways.edge.routes.0.match.path: "${path}" is no path template: ${reason}`,
    ]);
  });

  it("warns of bodies that no function can be given", () => {
    expect(findingsOf([["GET", "/"]], "6MiB")).toEqual([]);
    expect(findingsOf([["GET", "/"]], "7MiB")).toEqual([
      "TULLE1503 gateways.edge.maxBody: no function takes more than 6291456 bytes",
    ]);
  });

  it("gives templates of one shape one text", () => {
    const shape = (path: string) => {
      const parsed = parsePathTemplate(path);
      return parsed.ok ? templateShape(parsed.segments) : null;
    };
    expect(shape("/v1/robots/{id}/files/{path+}")).toBe("/v1/robots/{}/files/{+}");
    expect(shape("/")).toBe("/");
  });
});
