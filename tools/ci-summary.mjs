// Adds up what vitest wrote as JSON and the checks that are not tests, says which tests were skipped, and
// closes with the line that CI reads. Exits 1 when anything failed or results are missing.
import { existsSync, readFileSync } from "node:fs";

const [checksPassed, checksFailed, ...files] = process.argv.slice(2);
let passed = Number(checksPassed);
let failed = Number(checksFailed);
let skipped = 0;

for (const file of files) {
  if (!existsSync(file)) {
    console.log(`no results in ${file}: the run ended before it could write them`);
    failed += 1;
    continue;
  }
  const results = JSON.parse(readFileSync(file, "utf8"));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  for (const suite of results.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === "skipped" || test.status === "pending") {
        skipped += 1;
        console.log(`skipped: ${test.fullName}`);
      }
    }
  }
}

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);
