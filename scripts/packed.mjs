// What is published, as tarballs, and installed in an empty folder as a user would.
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** npx's words for the pinned pnpm. */
export const PNPM = [
  "--yes",
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager,
];
/** Ends a tool that waits for something which never comes. The slowest takes half a minute on a busy machine. */
const LIMIT_MS = 10 * 60_000;
/** Most that a tool may print: the list of parts has a quarter of a megabyte. */
export const MOST_PRINTED = 1 << 26;

/** Packs what a built checkout publishes; the tarballs' paths. */
export async function packAll(root, into) {
  mkdirSync(into, { recursive: true });
  const pack = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", into];
  await runTool("npx", [...PNPM, ...pack], root);
  return readdirSync(into)
    .sort()
    .map((file) => join(into, file));
}

/** Installs tarballs, and what else is named, in a new folder, whose path is given back. Needs the npm registry, or its cache. */
export async function installPacked(tarballs, app, others = []) {
  mkdirSync(app);
  writeFileSync(
    join(app, "package.json"),
    JSON.stringify({ name: "app", version: "0.0.0", private: true, type: "module" }),
  );
  await npmInstall([...tarballs, ...others], app);
  return app;
}

/** Without questions that a user's install would ask beside, and from npm's cache where that has it. */
export async function npmInstall(wanted, folder) {
  await runTool(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", ...wanted],
    folder,
  );
}

/** What a tool printed. Throws with all that it said where it failed. */
export async function runTool(command, args, cwd = ROOT, env = {}) {
  const options = {
    cwd,
    encoding: "utf8",
    timeout: LIMIT_MS,
    maxBuffer: MOST_PRINTED,
    env: { ...process.env, CI: "1", NO_COLOR: "1", ...env },
  };
  try {
    const { stdout } = await promisify(execFile)(command, args, options);
    return stdout;
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}: ${howItFailed(error)}`, { cause: error });
  }
}

function howItFailed({ code, killed, message, stdout = "", stderr = "" }) {
  const ended = typeof code === "number" ? `exit code ${code}` : message;
  return `${killed ? `was ended after ${LIMIT_MS / 60_000} minutes` : ended}\n${stdout}${stderr}`;
}
