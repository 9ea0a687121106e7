import { defineConfig } from "vitest/config";

// Workspaces see each other's TypeScript source through the `tulle-source` export condition: no build before tests.
const conditions = ["tulle-source", "node", "import", "default"];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

export default defineConfig({
  test: {
    projects: [
      { ...shared, test: { name: "unit", include: ["packages/*/src/**/*.test.ts", "test/tidy/*.test.ts"] } },
      {
        ...shared,
        test: {
          name: "system",
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
          include: ["test/interop/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
