import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmInstall } from "../packed.mjs";

/** The oldest that `engines` promises, and the newest of each line that users have. */
const VERSIONS = ["20.19.0", "22", "24"];

/** Released Nodes from npm, which is how a machine without another registry gets them: versions and programs. */
export async function fetchNodes(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const name = `node-${process.platform}-${process.arch}`;
  await npmInstall(
    VERSIONS.map((version) => `${aliasOf(version)}@npm:${name}@${version}`),
    folder,
  );
  return VERSIONS.map((version) => ({
    version,
    node: join(folder, "node_modules", aliasOf(version), "bin/node"),
  }));
}

function aliasOf(version) {
  return `node-${version.replaceAll(".", "-")}`;
}
