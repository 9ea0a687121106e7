import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  DATA_FOLDER,
  type DevFile,
  findDevFile,
  readDevFile,
  removeDevFile,
  writeDevFile,
} from "./dev-file.ts";

const folder = mkdtempSync(join(tmpdir(), "tulle-dev-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = (pid: number): DevFile => ({
  format: 1,
  pid,
  configFile: join(folder, "tulle.yaml"),
  control: { url: "http://127.0.0.1:1", token: "t" },
  platform: {
    url: "http://127.0.0.1:2",
    region: "r",
    accountId: "0",
    accessKeyId: "A",
    secretAccessKey: "s",
  },
  gateways: {},
});

test("is found from a folder below, and readable by its owner alone", () => {
  const below = join(folder, "services/a");
  mkdirSync(below, { recursive: true });
  const data = join(folder, DATA_FOLDER);
  writeDevFile(data, content(process.pid));
  expect(statSync(join(data, "dev.json")).mode & 0o777).toBe(0o600);
  expect(findDevFile(below, undefined)?.control.token).toBe("t");
  expect(findDevFile(tmpdir(), data)?.control.token).toBe("t");
  removeDevFile(data);
  expect(findDevFile(below, undefined)).toBeNull();
});

test("is not believed when its process is gone or it is damaged", () => {
  const data = join(folder, "other");
  // No process has this id: it is beyond what the kernel hands out.
  writeDevFile(data, content(2 ** 30));
  expect(readDevFile(data)).toBeNull();
  writeFileSync(join(data, "dev.json"), "{oops");
  expect(readDevFile(data)).toBeNull();
});
