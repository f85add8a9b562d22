// What ./berth starts. Only the version check runs on an old Node: everything else is imported after it.
import { nodeVersionProblem } from "./node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  const { prepare } = await import("./bootstrap.mjs");
  if (prepare()) {
    await import("../packages/cli/dist/bin.js");
  } else {
    process.exitCode = 3;
  }
} else {
  process.stderr.write(`berth: ${problem}\n`);
  process.exitCode = 3;
}
