// What is published, as tarballs, and installed in an empty folder as a user would.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGES = ["nvidia-smi-parser", "core", "web", "cli"];
/** npx's words for the pinned pnpm. */
export const PNPM = [
  "--yes",
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager,
];

/** Packs what a built checkout publishes; the tarballs' paths. */
export function packAll(root, into) {
  mkdirSync(into, { recursive: true });
  for (const name of PACKAGES) {
    runTool("npx", [...PNPM, "pack", "--pack-destination", into], join(root, "packages", name));
  }
  return readdirSync(into)
    .sort()
    .map((file) => join(into, file));
}

/** Installs tarballs in a new folder, from which the folder's path is given back. Needs the npm registry, or its cache. */
export function installPacked(tarballs, app) {
  mkdirSync(app);
  writeFileSync(
    join(app, "package.json"),
    JSON.stringify({ name: "app", version: "0.0.0", private: true, type: "module" }),
  );
  runTool("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs], app);
  return app;
}

/** What a tool printed. Throws with all that it said where it failed. */
export function runTool(command, args, cwd = ROOT) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, CI: "1", NO_COLOR: "1" },
  });
  if (error !== undefined || status !== 0) {
    throw new Error(
      `${command} ${args.join(" ")}: ${error?.message ?? `exit code ${status}`}\n${stdout}${stderr}`,
    );
  }
  return stdout;
}
