import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";
import { newestChange } from "./newest-change.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const INSTALLED = join(ROOT, ".berth/installed");
const BUILT = join(ROOT, ".berth/built");

/**
 * Installs and builds what is missing or older than its sources, the page too where it is asked for; takes a few
 * milliseconds when nothing is. Returns the file to import, or undefined, after a sentence on stderr, when that failed.
 * BERTH_NO_BUILD=1 skips it all and takes what tsc built last.
 */
export function prepare({ withPage = false } = {}) {
  if (process.env.BERTH_NO_BUILD === "1") {
    return ENTRY;
  }
  if (missingSteps(withPage).length === 0) {
    return fastestEntry();
  }
  mkdirSync(join(ROOT, ".berth"), { recursive: true });
  const isDone = withLock(join(ROOT, ".berth/lock"), say, () =>
    // another process may have done it all while this one waited for the lock
    missingSteps(withPage).every((step) => step()),
  );
  return isDone ? fastestEntry() : undefined;
}

/** The bundle, unless it is missing or of an earlier build: it is a matter of speed only. */
function fastestEntry() {
  return timeOf(BUNDLE) > timeOf(BUILT) ? BUNDLE : ENTRY;
}

function missingSteps(withPage) {
  const isInstalled = installedAt() >= newestChange(ROOT, MANIFESTS);
  const isBuilt = isInstalled && existsSync(ENTRY) && timeOf(BUILT) >= newestChange(ROOT, SOURCES);
  const isDataChanged = timeOf(BUILT) > 0 && timeOf(BUILT) < newestChange(ROOT, ["data"]);
  return [
    ...(isInstalled ? [] : [install]),
    // on a fresh clone the generated catalogue is the committed one, which CI holds to data/
    ...(isDataChanged ? [buildData] : []),
    ...(isBuilt ? [] : [build]),
    ...(withPage && timeOf(PAGE) < newestChange(ROOT, PAGE_SOURCES) ? [buildPage] : []),
  ];
}

const ENTRY = join(ROOT, "packages/cli/dist/bin.js");
const BUNDLE = join(ROOT, "packages/cli/.berth/bin.mjs");
const MANIFESTS = [
  "pnpm-lock.yaml",
  "package.json",
  "pnpm-workspace.yaml",
  "packages/*/package.json",
  "test/package.json",
];
const SOURCES = [
  "data",
  "packages/*/src",
  "packages/*/tsconfig.json",
  "tsconfig.base.json",
  "tsconfig.json",
];
const PAGE = join(ROOT, "packages/web/dist/index.html");
const PAGE_SOURCES = [
  "data",
  "packages/core/src",
  "packages/nvidia-smi-parser/src",
  "packages/web/csp.json",
  "packages/web/index.html",
  "packages/web/package.json",
  "packages/web/public",
  "packages/web/src",
  "packages/web/vite.config.ts",
  "packages/web/offline.config.ts",
  "packages/web/licences.config.ts",
];

/** Our own mark, or pnpm's where somebody installed by hand. */
function installedAt() {
  return Math.max(
    timeOf(INSTALLED),
    timeOf(join(ROOT, "node_modules/.pnpm-workspace-state-v1.json")),
    timeOf(join(ROOT, "node_modules/.modules.yaml")),
  );
}

function install() {
  if (!existsSync(join(ROOT, "node_modules"))) {
    say("first run: installing packages, once; this takes about half a minute");
  } else {
    say("installing packages, because a package.json or the lockfile changed");
  }
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return step({
    what: "installing packages",
    command: "npx",
    args: [
      ...["--yes", packageManager, "install", "--frozen-lockfile"],
      ...["--config.confirm-modules-purge=false", "--reporter=append-only"],
    ],
    mark: INSTALLED,
  });
}

function buildData() {
  say("generating the catalogue from data/");
  const tsx = ["node_modules/tsx/dist/cli.mjs", "--conditions=berth-source"];
  const args = [...tsx, "scripts/build-data.ts"];
  return step({ what: "generating the catalogue", command: process.execPath, args });
}

function build() {
  say("building");
  const args = ["node_modules/typescript/bin/tsc", "-b"];
  const isBuilt = step({ what: "building", command: process.execPath, args, mark: BUILT });
  if (isBuilt) {
    spawnSync(process.execPath, ["scripts/bundle-cli.mjs"], { cwd: ROOT, stdio: ["ignore", 2, 2] });
  }
  return isBuilt;
}

function buildPage() {
  say("building the page");
  const args = ["packages/web/node_modules/vite/bin/vite.js", "build", "packages/web"];
  return step({
    what: "building the page",
    command: process.execPath,
    args: [...args, "--logLevel", "error"],
  });
}

/** Runs a command with all its output on stderr; its mark gets the time at which it began. */
function step({ what, command, args, mark }) {
  const begun = new Date();
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    shell: command === "npx" && process.platform === "win32",
  });
  if (status !== 0) {
    const how = error === undefined ? `exited with ${status}` : error.message;
    say(
      `${what} failed: ${[command, ...args].join(" ")} ${how}; BERTH_NO_BUILD=1 runs what there is`,
    );
    return false;
  }
  if (mark !== undefined) {
    writeFileSync(mark, "");
    utimesSync(mark, begun, begun);
  }
  return true;
}

function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function say(text) {
  process.stderr.write(`berth: ${text}\n`);
}
