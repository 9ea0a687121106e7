// Installs the dependencies when they are missing or older than the lock file, so that `npm start` and
// `npm test` work on a fresh clone. It runs on whatever Node the machine has (20 or later); everything after
// it runs on the Node 24 that the `node` package brings.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(root, "node_modules", ".package-lock.json");
const lock = join(root, "package-lock.json");

const upToDate = existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs;
if (!upToDate) {
  console.error("tulle: installing dependencies (npm ci) ...");
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (npm.status !== 0) {
    console.error("tulle: npm ci failed; run it by hand to see why");
    process.exit(1);
  }
}
