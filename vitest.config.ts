import { defineConfig } from "vitest/config";

// Workspaces see each other's TypeScript source through the `tulle-source` condition: no build before tests.
const conditions = ["tulle-source", "node", "import", "default"];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

export default defineConfig({
  test: {
    projects: [
      // Groups run one after the other: whole systems need the machine for themselves.
      {
        ...shared,
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["packages/*/src/**/*.test.ts", "test/tidy/*.test.ts"],
        },
      },
      {
        ...shared,
        test: {
          name: "system",
          sequence: { groupOrder: 1 },
          include: ["test/system/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        ...shared,
        test: {
          name: "interop",
          sequence: { groupOrder: 2 },
          include: ["test/interop/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
