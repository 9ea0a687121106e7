import { type MeshFile, normalizeMesh } from "@tulle/core/model";
import { compile } from "@tulle/core/snapshot";
import { expect, test } from "vitest";
import { resolution } from "./resolve-name.ts";

const file: MeshFile = {
  version: 1,
  mesh: "m",
  services: {
    caller: { backend: { function: "caller-function" }, uses: ["split", "store"] },
    stranger: { backend: { function: "stranger-function" } },
    split: {
      backend: { function: "split-function" },
      revisions: [
        { name: "stable", alias: "live", weight: 75 },
        { name: "canary", version: "7", weight: 25 },
      ],
      allow: ["caller"],
    },
    web: { backend: { http: "https://web.example" } },
  },
  resources: { store: { "dynamodb.table": "store-1", allow: ["caller"] } },
  constellations: { blue: { services: { split: "canary" }, resources: { store: "store-blue" } } },
};

const snapshot = compile(normalizeMesh(file), 4, () => "h");
const find = (name: string, caller: string | null = null, label: string | null = null) =>
  resolution(snapshot, name, caller, label);

test("gives every revision with its target and share", () => {
  expect(find("split")).toEqual({
    name: "split",
    kind: "function",
    snapshotVersion: 4,
    access: null,
    targets: [
      { revision: "stable", target: "split-function:live", weight: 7_500 },
      { revision: "canary", target: "split-function:7", weight: 2_500 },
    ],
  });
  expect(find("web").targets).toMatchObject([{ target: "https://web.example" }]);
});

test("gives a resource's physical name", () => {
  expect(find("store")).toMatchObject({ kind: "dynamodb.table", targets: [{ target: "store-1" }] });
});

test("says whether a caller may, which takes its `uses` and the callee's `allow`", () => {
  expect(find("split", "caller").access).toBe("allowed");
  expect(find("split", "stranger").access).toBe("denied");
  expect(find("store", "caller").access).toBe("allowed");
});

test("follows a constellation", () => {
  expect(find("split", null, "blue").targets).toMatchObject([{ revision: "canary", weight: 10_000 }]);
  expect(find("store", null, "blue").targets).toMatchObject([{ target: "store-blue" }]);
});

test("refuses names that are not published", () => {
  const refused = expect.objectContaining({ code: "TULLE6004" });
  expect(() => find("nobody")).toThrow(refused);
  expect(() => find("split", null, "green")).toThrow(refused);
});
