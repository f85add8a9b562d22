// What ./berth starts. Only the version check runs on an old Node: everything else is imported after it.
import { pathToFileURL } from "node:url";
import { nodeVersionProblem } from "./node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  const { prepare } = await import("./bootstrap.mjs");
  const entry = prepare({ withPage: process.argv[2] === "serve" });
  if (entry === undefined) {
    process.exitCode = 3;
  } else {
    await import(pathToFileURL(entry).href);
  }
} else {
  process.stderr.write(`berth: ${problem}\n`);
  process.exitCode = 3;
}
