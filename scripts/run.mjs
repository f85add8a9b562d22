// node scripts/run.mjs SCRIPT [ARG…]: runs a script of package.json after installing and building what is missing.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeVersionProblem } from "./node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  process.exitCode = await runScript(process.argv.slice(2));
} else {
  process.stderr.write(`berth: ${problem}\n`);
  process.exitCode = 3;
}

async function runScript([name, ...args]) {
  if (name === undefined) {
    process.stderr.write("berth: expected the name of a script of package.json\n");
    return 2;
  }
  const { prepare } = await import("./bootstrap.mjs");
  if (prepare() === undefined) {
    return 3;
  }
  const { status } = spawnSync("npm", ["run", "--silent", name, "--", ...args], {
    cwd: dirname(dirname(fileURLToPath(import.meta.url))),
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  return status ?? 3;
}
