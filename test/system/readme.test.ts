import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DevSession, startDev } from "@tulle/cli/dev";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The code blocks of the README in one language. */
function blocks(language: string): readonly string[] {
  const text = readFileSync(join(root, "README.md"), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (match) => match[1]!,
  );
}

describe("the README's example", () => {
  const folder = mkdtempSync(join(tmpdir(), "tulle-readme-"));
  let session: DevSession;

  beforeAll(async () => {
    const [yaml] = blocks("yaml");
    const [greeter] = blocks("ts");
    writeFileSync(join(folder, "tulle.yaml"), yaml!);
    writeFileSync(join(folder, "greeter.ts"), greeter!);
    writeFileSync(
      join(folder, "names.ts"),
      "export const handler = async ({ id }: { id: string }) => {\n" +
        '  if (id === "nobody") process.exit(1);\n' +
        "  return { name: id.toUpperCase() };\n};\n",
    );
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    session = await startDev({ cwd: folder, watch: false, ports: { gateway: 0, control: 0, platform: 0 } });
  }, 120_000);

  afterAll(async () => {
    await session?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const hello = async (id: string) => {
    const answer = await fetch(new URL(`/hello/${id}`, session.urls.gateways["web"]));
    return { status: answer.status, body: await answer.json() };
  };

  it("answers as it says", async () => {
    expect(await hello("ada")).toEqual({ status: 200, body: { greeting: "Hello, ADA" } });
  });

  it("answers with the fallback when the callee crashes", async () => {
    expect(await hello("nobody")).toEqual({ status: 200, body: { greeting: "Hello, somebody" } });
  });

  it("has a handler of at most fifteen lines", () => {
    const lines = blocks("ts")[0]!
      .split("\n")
      .filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(15);
  });
});
