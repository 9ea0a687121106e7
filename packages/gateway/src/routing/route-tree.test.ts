import type { GatewayRoute } from "@tulle/core/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildRouteTree, type RouteMatch } from "./route-tree.ts";
import { parseTemplate, splitPath } from "./template.ts";

const route = (method: string, path: string): GatewayRoute => ({
  method,
  path,
  to: `${method} ${path}`,
  timeoutMs: null,
  keyHeader: null,
});

const find = (routes: readonly string[], request: string): RouteMatch => {
  const tree = buildRouteTree(
    routes.map((line) => route(...(line.split(" ") as [method: string, path: string]))),
  );
  const [method, path] = request.split(" ") as [string, string];
  return tree.find(method, splitPath(path));
};

test("reads the values of variables by the names of the route that matched", () => {
  const routes = ["GET /v1/robots/{id}", "POST /v1/robots/{robot}/missions/{mission}"];
  expect(find(routes, "GET /v1/robots/r7")).toMatchObject({ kind: "found", parameters: { id: "r7" } });
  expect(find(routes, "POST /v1/robots/r7/missions/m1")).toMatchObject({
    kind: "found",
    parameters: { robot: "r7", mission: "m1" },
  });
});

test("prefers a literal over a variable, a variable over a rest, a method over ANY", () => {
  const routes = ["ANY /{all+}", "GET /a/{x}", "GET /a/b", "ANY /a/b"];
  const to = (request: string) => {
    const match = find(routes, request);
    return match.kind === "found" ? match.route.to : match.kind;
  };
  expect(to("GET /a/b")).toBe("GET /a/b");
  expect(to("PUT /a/b")).toBe("ANY /a/b");
  expect(to("GET /a/c")).toBe("GET /a/{x}");
  expect(to("PUT /a/c")).toBe("ANY /{all+}");
  expect(to("GET /a/b/c")).toBe("ANY /{all+}");
});

test("falls back to a less specific route that takes the method", () => {
  expect(find(["GET /a/b", "POST /a/{x}"], "POST /a/b")).toMatchObject({
    kind: "found",
    parameters: { x: "b" },
  });
});

test("tells a wrong method from a path that nothing matches", () => {
  const routes = ["POST /a", "GET /a", "PUT /{x}"];
  expect(find(routes, "DELETE /a")).toEqual({ kind: "wrongMethod", allow: ["GET", "POST", "PUT"] });
  expect(find(routes, "GET /a/b")).toEqual({ kind: "none" });
});

test("gives no empty value to a variable or a rest", () => {
  expect(find(["GET /a/{x}", "GET /b/{x+}"], "GET /a/").kind).toBe("none");
  expect(find(["GET /a/{x}", "GET /b/{x+}"], "GET /b/").kind).toBe("none");
});

/** Every route against the path, then the most specific: what the tree must agree with. */
function findNaively(routes: readonly GatewayRoute[], method: string, segments: readonly string[]) {
  const fitting = routes
    .map((candidate) => ({ candidate, values: valuesOf(candidate.path, segments) }))
    .filter((fit): fit is { candidate: GatewayRoute; values: string[] } => fit.values !== null);
  const taking = fitting
    .filter(({ candidate }) => candidate.method === method || candidate.method === "ANY")
    .sort((a, b) => (rank(a.candidate) < rank(b.candidate) ? -1 : 1));
  if (taking[0] !== undefined) return { kind: "found", to: taking[0].candidate.to, values: taking[0].values };
  if (fitting.length === 0) return { kind: "none" };
  return { kind: "wrongMethod", allow: [...new Set(fitting.map((fit) => fit.candidate.method))].sort() };
}

function valuesOf(path: string, segments: readonly string[]): string[] | null {
  const values: string[] = [];
  const template = parseTemplate(path);
  for (const [i, part] of template.entries()) {
    if (part.kind === "rest") {
      const rest = segments.slice(i).join("/");
      return rest === "" ? null : [...values, rest];
    }
    const segment = segments[i];
    if (segment === undefined) return null;
    if (part.kind === "literal" ? part.text !== segment : segment === "") return null;
    if (part.kind === "variable") values.push(segment);
  }
  return template.length === segments.length ? values : null;
}

/** Sorts the most specific first. */
function rank(candidate: GatewayRoute): string {
  const kinds = parseTemplate(candidate.path).map(
    ({ kind }) => ({ literal: "0", variable: "1", rest: "2" })[kind],
  );
  return `${kinds.join("")}|${candidate.method === "ANY" ? 1 : 0}`;
}

test("agrees with trying every route, for any routes and any path", () => {
  const method = fc.constantFrom("GET", "POST", "ANY");
  const part = fc.constantFrom("a", "b", "{x}", "{y}", "");
  const path = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([parts, rest]) => `/${[...parts, ...(rest ? ["{rest+}"] : [])].join("/")}`);
  const shape = (r: GatewayRoute) => `${r.method} ${r.path.replaceAll(/\{[^+}]*(\+?)\}/g, "{$1}")}`;
  const routes = fc.uniqueArray(
    fc.tuple(method, path).map(([m, p]) => route(m, p)),
    { selector: shape, maxLength: 12 },
  );
  const segments = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(routes, fc.constantFrom("GET", "POST", "PUT"), segments, (all, asked, parts) => {
      const match = buildRouteTree(all).find(asked, parts);
      const seen =
        match.kind === "found"
          ? { kind: "found", to: match.route.to, values: Object.keys(match.parameters).length }
          : match;
      const expected = findNaively(all, asked, parts);
      if (expected.kind !== "found") {
        expect(seen).toEqual(expected);
        return;
      }
      expect(seen).toMatchObject({ kind: "found", to: expected.to });
      const names = parseTemplate(expected.to!.split(" ")[1]!).flatMap((s) =>
        s.kind === "literal" ? [] : [s.name],
      );
      const parameters = Object.fromEntries(names.map((name, i) => [name, expected.values![i]!]));
      expect(match).toMatchObject({ parameters });
    }),
    { numRuns: 2_000 },
  );
});
