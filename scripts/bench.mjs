// node scripts/bench.mjs [NAME [ARG…]]: all benchmarks, or the named one with its arguments.
import { spawnSync } from "node:child_process";

const BENCHES = {
  plan: ["node", "scripts/bench-plan.mjs"],
  batch: ["node", "scripts/bench-batch.mjs"],
  placement: ["npx", "tsx", "scripts/bench-placement.ts"],
  exact: ["npx", "tsx", "scripts/bench-exact.ts"],
  occupancy: ["npx", "tsx", "scripts/bench-occupancy.ts"],
  page: ["npx", "tsx", "scripts/bench-page.ts"],
  functions: ["npx", "vitest", "bench", "--run"],
};

const [name, ...args] = process.argv.slice(2);
const named = Object.entries(BENCHES).filter(([own]) => name === undefined || own === name);
if (named.length === 0) {
  process.stderr.write(`expected ${Object.keys(BENCHES).join(", ")} or nothing, got ${name}\n`);
  process.exit(2);
}
for (const [, [command = "", ...given]] of named) {
  const { status } = spawnSync(command, [...given, ...args], { stdio: "inherit" });
  process.exitCode ||= status ?? 1;
}
