// node scripts/count-results.mjs FILE: "N passed, N failed" from what vitest's json reporter wrote.
import { readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
const counts = readCounts(file);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.passed > 0 && counts.failed === 0 ? 0 : 1;

/** A test file that could not be run at all has no tests in it, and counts as one failure. */
function readCounts(path) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
    const broken = testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
