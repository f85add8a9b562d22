// Fits the activation constants of data/engines/vllm.json to test/measured/vllm-profiles.jsonl and prints them
// with every row's error. Rows marked "held" take no part in the fit. Below stand errors of rows whose whole group took
// no part: their family of models, their number of ranks, their version.
//   tsx scripts/fit-vllm.ts [--fit-only]      --fit-only leaves the errors by groups out
import { isHeldBack, mean, percent } from "./fit-grid.ts";
import { heldOutTable } from "./fits/leave-out.ts";
import { AXES, errorOf, fitRows, predict, type Row, profileRows as rows } from "./fits/vllm.ts";
import { vllmHeldOut } from "./fits/vllm-held-out.ts";

const fitted = rows.filter((_, i) => !isHeldBack(i));
const held = rows.filter((_, i) => isHeldBack(i));
const point = fitRows(fitted);

console.log("vLLM activations: constants of data/engines/vllm.json");
for (const { name } of AXES) {
  console.log(`  ${name.padEnd(20)} ${point[name]}`);
}
console.log("\n   error   printed  law      version  tp pp  model");
for (const [i, row] of rows.entries()) {
  console.log(
    `${percent(errorOf(row, point))}  ${row.activationGiB.toFixed(2)} GiB ${predict(row, point).toFixed(2)} GiB  ${row.version.padEnd(7)}  ${row.tp}  ${row.pp}  ${row.model}${isHeldBack(i) ? "  (held)" : ""}`,
  );
}
const summary = (of: readonly Row[]): string => {
  const errors = of.map((row) => Math.abs(errorOf(row, point)));
  return `${of.length} rows, mean |error|${percent(mean(errors))}, worst${percent(Math.max(...errors))}`;
};
console.log(`\nfitted: ${summary(fitted)}\nheld:   ${summary(held)}`);
if (!process.argv.includes("--fit-only")) {
  console.log(`\nleft out by groups\n${heldOutTable(vllmHeldOut(rows))}`);
}
