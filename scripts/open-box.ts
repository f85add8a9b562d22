// Makes a box without cards for a plan (test/fake-box), and prints what a shell must export to be in it: nvidia-smi and the
// launchers are stand-ins there, and every model takes what the plan counts as most likely.
//   eval "$(npx tsx scripts/open-box.ts PLAN [PORT=FAULT]…)"
import { readFileSync } from "node:fs";
import { fakeBox } from "../test/support/fake-box.ts";

const [plan, ...faults] = process.argv.slice(2);
if (plan === undefined) {
  process.stderr.write("open-box: expected PLAN and any number of PORT=FAULT\n");
  process.exit(2);
}
const box = fakeBox(JSON.parse(readFileSync(plan, "utf8")));
box.setFaults(
  Object.fromEntries(
    faults.map((fault) => {
      const [port = "", kind = ""] = fault.split("=");
      return [port, { kind }];
    }),
  ),
);
for (const [name, value] of Object.entries(box.environment)) {
  process.stdout.write(`export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
}
