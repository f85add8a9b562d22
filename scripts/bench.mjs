// node scripts/bench.mjs [NAME [ARG…]] [--write]: all benchmarks, or the named one with its arguments. With --write alone, all that
// put their tables into docs/benchmarks; they need a machine without other work, the npm registry, and an hour.
import { spawnSync } from "node:child_process";

const BENCHES = {
  start: tsx("start"),
  batch: tsx("batch"),
  sizes: bundled("sizes"),
  page: tsx("page"),
  peers: tsx("peers"),
  placement: bundled("placement"),
  occupancy: bundled("occupancy"),
  exact: bundled("exact"),
  functions: ["npx", "vitest", "bench", "--run"],
};
/** What puts its table into a page of docs/benchmarks. */
const WRITES = ["start", "batch", "sizes", "page", "peers", "placement", "occupancy"];

const [first, ...rest] = process.argv.slice(2);
const isAll = first === undefined || first.startsWith("--");
const args = first !== undefined && isAll ? [first, ...rest] : rest;
const isChosen = (own) => (args.includes("--write") && isAll ? WRITES.includes(own) : isAll);
const named = Object.entries(BENCHES).filter(([own]) => own === first || isChosen(own));
if (named.length === 0) {
  process.stderr.write(`expected ${Object.keys(BENCHES).join(", ")} or nothing, got ${first}\n`);
  process.exit(2);
}
for (const [, [command = "", ...given]] of named) {
  const { status } = spawnSync(command, [...given, ...args], { stdio: "inherit" });
  process.exitCode ||= status ?? 1;
}

function tsx(bench) {
  return ["npx", "tsx", "--conditions=berth-source", `scripts/bench-${bench}.ts`];
}

/** As published, in one file: solvers take a quarter less time than under tsx. */
function bundled(bench) {
  return ["node", "scripts/run-bundled.mjs", `scripts/bench-${bench}.ts`];
}
