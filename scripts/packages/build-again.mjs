import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { PNPM, packAll, runTool } from "../packed.mjs";

/** Differing files that are named before the rest is counted. */
const MOST_NAMED = 20;
/** Another place's clock, words and order of letters, none of which may come into a build. */
const ELSEWHERE = { TZ: "Pacific/Kiritimati", LANG: "C", LC_ALL: "C" };

/** Copies what git holds of a checkout, or would, to another folder, and builds and packs it there: the tarballs' paths. */
export async function buildAgain(root, work) {
  const other = join(work, "another/folder/of/another/name");
  const listed = await runTool(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    root,
  );
  for (const file of new Set(listed.split("\0").filter((name) => name !== ""))) {
    const from = join(root, file);
    if (existsSync(from)) {
      mkdirSync(dirname(join(other, file)), { recursive: true });
      cpSync(from, join(other, file));
    }
  }
  const pnpm = (...args) => runTool("npx", [...PNPM, ...args], other, ELSEWHERE);
  await pnpm("install", "--frozen-lockfile", "--prefer-offline");
  await Promise.all([pnpm("build"), pnpm("build:web")]);
  return packAll(other, join(work, "packed-again"));
}

/** Throws with the names of files that are not the same in both. `work` is a folder to unpack in. */
export async function compareTarballs(ones, others, work) {
  const differing = [];
  for (const [i, one] of ones.entries()) {
    differing.push(...(await differingFiles(one, others[i], work)));
  }
  if (differing.length > 0) {
    const more = differing.slice(MOST_NAMED).length;
    const named = [...differing.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])];
    throw new Error(
      `a second build of the same files has other bytes in\n${named.join("\n")}\n(a checkout that was not built since a change differs, and so does one with files left from an earlier build: remove packages/*/dist, and build)`,
    );
  }
}

/** Files of two tarballs that are not the same, or the tarball itself where only its own bytes differ. */
async function differingFiles(one, other, work) {
  if (readFileSync(one).equals(readFileSync(other))) {
    return [];
  }
  const folders = ["first", "second"].map((name) => join(work, name, basename(one)));
  for (const [i, tarball] of [one, other].entries()) {
    mkdirSync(folders[i], { recursive: true });
    await runTool("tar", ["-xzf", tarball, "-C", folders[i]]);
  }
  // diff ends with 1 where it finds what it looks for
  const script = 'diff -rq "$1" "$2" || test $? -eq 1';
  const said = await runTool("sh", ["-c", script, "sh", ...folders]);
  const lines = said.replaceAll(`${work}/`, "").trim();
  return lines === "" ? [basename(one)] : lines.split("\n");
}
