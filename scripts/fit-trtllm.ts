// Fits the constants of data/engines/tensorrt-llm.json to ../shared/truth/trtllm-capacity.jsonl (measured numbers of
// sequences) and prints them with every row's error. Rows marked "held" take no part in the fit. Below stand errors of
// rows whose whole group took no part: their family of models, their number of ranks, their card.
//   tsx scripts/fit-trtllm.ts [--fit-only]      --fit-only leaves the errors by groups out
import { isHeldBack, mean, percent } from "./fit-grid.ts";
import { heldOutTable } from "./fits/leave-out.ts";
import {
  type CapacityRow,
  capacityRows,
  engineAt,
  FACTS,
  fitRows,
  sequences,
} from "./fits/trtllm.ts";
import { trtllmHeldOut } from "./fits/trtllm-held-out.ts";

const rows = capacityRows();
if (rows.length === 0) {
  console.log("nothing to fit: ../shared/truth/trtllm-capacity.jsonl is not there");
  process.exit(0);
}
const fitted = rows.filter((_, i) => !isHeldBack(i));
const held = rows.filter((_, i) => isHeldBack(i));
const point = fitRows(fitted);

console.log("TensorRT-LLM, PyTorch backend: constants of data/engines/tensorrt-llm.json");
for (const { name } of FACTS) {
  console.log(`  ${name.padEnd(30)} ${point[name]}`);
}
const best = engineAt(point);
const error = (row: CapacityRow): number =>
  Math.floor(sequences(row, best).value) / row.max_sequences - 1;
console.log("\n   error  measured  law   row");
for (const [i, row] of rows.entries()) {
  console.log(
    `${percent(error(row))} ${String(row.max_sequences).padStart(6)} ${sequences(row, best).value.toFixed(1).padStart(8)}  ${row.gpu} ${row.model} tp${row.tp} ${row.max_seq_len} ${row.max_num_tokens} ${row.kv_fraction}${isHeldBack(i) ? "  (held)" : ""}`,
  );
}
const summary = (of: readonly CapacityRow[]): string => {
  const errors = of.map((row) => Math.abs(error(row)));
  return `${of.length} rows, mean |error|${percent(mean(errors))}, worst${percent(Math.max(...errors))}`;
};
console.log(`\nfitted: ${summary(fitted)}\nheld:   ${summary(held)}`);
if (!process.argv.includes("--fit-only")) {
  console.log(`\nleft out by groups\n${heldOutTable(trtllmHeldOut(rows))}`);
}
