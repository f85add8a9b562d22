// Makes a box without cards for a plan (test/fake-box), and prints what a shell must export to be in it: nvidia-smi and the
// launchers are stand-ins there, and every model takes what the plan counts as most likely.
//   eval "$(node --import tsx scripts/open-box.ts PLAN [PORT=FAULT | PORT=more:MIB[:TERM] | PORT=slow:MS | PID=holds:MIB]…)"
import { readFileSync } from "node:fs";
import { type Faults, fakeBox } from "../test/support/fake-box.ts";

const [plan, ...wishes] = process.argv.slice(2);
if (plan === undefined) {
  process.stderr.write("open-box: expected PLAN and any number of PORT=FAULT\n");
  process.exit(2);
}
const box = fakeBox(JSON.parse(readFileSync(plan, "utf8")));
const told = wishes.map((wish) => {
  const [place = "", what = ""] = wish.split("=");
  const [kind = "", amount = "0", term] = what.split(":");
  return { place, kind, amount: Number(amount), term };
});
for (const { place, amount } of told.filter(({ kind }) => kind === "holds")) {
  box.putHolder(Number(place), "train", amount);
}
box.setFaults(Object.fromEntries(told.map((wish) => [wish.place, fault(wish)])));
for (const [name, value] of Object.entries(box.environment)) {
  process.stdout.write(`export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
}

function fault({ kind, amount, term }: (typeof told)[number]): Faults[string] {
  const size = kind === "slow" ? { delayMs: amount } : { extraMiB: amount };
  return { kind, ...(amount > 0 ? size : {}), ...(term === undefined ? {} : { term }) };
}
