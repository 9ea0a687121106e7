import { type MeshConfig, type MeshFile, normalizeMesh } from "@tulle/core/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planOf, removedNames } from "./diff.ts";

const file: MeshFile = {
  version: 1,
  mesh: "fleet",
  services: {
    dispatch: { backend: { function: "dispatch" }, uses: ["navigator", "maps"], allow: ["gateway/edge"] },
    navigator: {
      backend: { function: "navigator" },
      revisions: [
        { name: "stable", alias: "stable", weight: 90 },
        { name: "canary", alias: "canary", weight: 10 },
      ],
      allow: ["dispatch"],
    },
  },
  resources: { maps: { "s3.bucket": "maps-eu", allow: ["dispatch"] } },
  gateways: { edge: { routes: [{ match: { method: "GET", path: "/a" }, to: "dispatch" }] } },
};

const config = normalizeMesh(file);
const navigator = config.services["navigator"]!;

/** The same configuration with one service put in place. */
const withNavigator = (change: Partial<typeof navigator>): MeshConfig => ({
  ...config,
  services: { ...config.services, navigator: { ...navigator, ...change } },
});

const lines = (proposed: MeshConfig) =>
  planOf(config, proposed).changes.flatMap(({ kind, section, name, details }) =>
    details.length === 0
      ? [`${kind} ${section} ${name}`]
      : details.map((line) => `${section} ${name}: ${line}`),
  );

test("finds no difference between equal configurations, whatever the order of their keys", () => {
  expect(planOf(config, JSON.parse(JSON.stringify(config))).changes).toEqual([]);
  const reversed = { ...config, services: Object.fromEntries(Object.entries(config.services).reverse()) };
  expect(planOf(config, reversed).changes).toEqual([]);
});

test("counts everything as added where nothing is published", () => {
  const { changes } = planOf(null, config);
  expect(changes.every(({ kind }) => kind === "added")).toBe(true);
  expect(changes.map(({ name }) => name)).toEqual(["fleet", "dispatch", "navigator", "maps", "edge"]);
});

test("spells a moved weight in percent", () => {
  const [stable, canary] = navigator.revisions;
  const revisions = [
    { ...stable!, weight: 5_000 },
    { ...canary!, weight: 5_000 },
  ];
  expect(lines(withNavigator({ revisions }))).toEqual([
    "service navigator: revision stable weight 90 % -> 50 %",
    "service navigator: revision canary weight 10 % -> 50 %",
  ]);
});

test("names a target that moved, of a revision and of a resource", () => {
  const [stable, canary] = navigator.revisions;
  expect(lines(withNavigator({ revisions: [stable!, { ...canary!, qualifier: "7" }] }))).toEqual([
    "service navigator: revision canary qualifier canary -> 7",
  ]);
  const maps = { ...config.resources["maps"]!, physical: "maps-us" };
  expect(lines({ ...config, resources: { maps } })).toEqual(["resource maps: physical maps-eu -> maps-us"]);
});

test("lists revisions and routes that come and go", () => {
  const [stable] = navigator.revisions;
  expect(lines(withNavigator({ revisions: [stable!] }))).toEqual([
    "service navigator: revision canary removed, had 10 %",
  ]);
  const edge = config.gateways["edge"]!;
  const routes = [{ ...edge.routes[0]!, path: "/b" }];
  expect(lines({ ...config, gateways: { edge: { ...edge, routes } } })).toEqual([
    "gateway edge: route GET /a removed",
    "gateway edge: route GET /b added",
  ]);
});

test("says which names would be gone", () => {
  const { dispatch } = config.services;
  const proposed = { ...config, services: { dispatch: dispatch! }, resources: {} };
  expect(removedNames(planOf(config, proposed))).toEqual(["service navigator", "resource maps"]);
});

test("leaves out how a service runs locally", () => {
  const local = { ...navigator, local: { ...(navigator.local ?? {}), handler: "other.ts" } };
  expect(lines(withNavigator(local as typeof navigator))).toEqual([]);
});

test("finds something exactly when the published parts differ", () => {
  const weight = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(weight, weight, (before, after) => {
      const at = (share: number) =>
        withNavigator({ revisions: [{ ...navigator.revisions[0]!, weight: share }] });
      expect(planOf(at(before), at(after)).changes.length > 0).toBe(before !== after);
    }),
  );
});
