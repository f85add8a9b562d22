import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Time of the newest change, in ms, below these paths of `root`. A "*" stands for every folder at
 * its place. Folders count too: a file that was deleted changes its folder.
 */
export function newestChange(root, patterns) {
  return Math.max(
    0,
    ...patterns.flatMap((pattern) => expand(root, pattern.split("/"))).map(newest),
  );
}

function expand(folder, [first, ...rest]) {
  if (first === undefined) {
    return [folder];
  }
  return first === "*"
    ? folders(folder).flatMap((name) => expand(join(folder, name), rest))
    : expand(join(folder, first), rest);
}

function folders(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    return 0;
  }
  if (!stat.isDirectory()) {
    return stat.mtimeMs;
  }
  const inside = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !NOT_BUILT.test(entry.name))
    .map((entry) => newest(join(path, entry.name)));
  return Math.max(stat.mtimeMs, ...inside);
}

/** Tests are no part of the build. */
const NOT_BUILT = /\.(test|bench)\.ts$/;
