// node scripts/bench-plan.mjs [FLEET…]: wall time of a second `./berth plan` on each example, Node's start included.
// Exits 1 where a median is above the bar.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const RUNS = 5;
/** A second run of every example takes less than a second. */
const BAR_MS = 1000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv.slice(2);
const fleets = given.length > 0 ? given : examples();
const rows = fleets.map((fleet) => ({ fleet, ...measure(fleet) }));
for (const { fleet, median, least, most, isSlow } of rows) {
  const times = `${median} ms (${least} to ${most}, median of ${RUNS})`;
  process.stdout.write(`${isSlow ? "SLOW" : "ok  "}  ${fleet}: ${times}\n`);
}
if (rows.length === 0) {
  process.stdout.write("no fleet file in examples/\n");
}
process.exitCode = rows.some(({ isSlow }) => isSlow) ? 1 : 0;

function examples() {
  return readdirSync(join(root, "examples"))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join("examples", name));
}

function measure(fleet) {
  run(fleet); // the first run may build, and warms the disk's cache
  const times = Array.from({ length: RUNS }, () => run(fleet)).sort((a, b) => a - b);
  const [least, most] = [times[0], times[RUNS - 1]];
  const median = times[(RUNS - 1) / 2];
  return { median, least, most, isSlow: median > BAR_MS };
}

/** Milliseconds of one run; ends the bench where berth says anything but yes (0) or no (1). */
function run(fleet) {
  const begun = performance.now();
  const { status, stderr } = spawnSync("./berth", ["plan", fleet], { cwd: root, encoding: "utf8" });
  if (status !== 0 && status !== 1) {
    process.stderr.write(`berth plan ${fleet} exited with ${status}: ${stderr}`);
    process.exit(1);
  }
  return Math.round(performance.now() - begun);
}
