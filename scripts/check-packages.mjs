// pnpm check:packages [--reproducible | --here]: packs what is published, looks at it as npm and TypeScript do, installs it in an
// empty folder, runs it on Node 20, 22 and 24, bundles it with a user's own Vite, asks npm for known vulnerabilities, and writes
// an SBOM of what users install to .berth/release. --here is what CI does each time: pack, install, run on this Node.
// --reproducible, before a release, builds the last commit once more in a folder of its own; nothing may be uncommitted then.
// Needs the npm registry. Ends with 1 and a sentence at the first thing that is wrong.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALLOWED_LICENCES } from "./licences.mjs";
import { installPacked, PNPM, packAll, runTool } from "./packed.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Beside the Node that runs this. */
const NODES = ["22", "24"];

/** Weights of 1,235,814,400 parameters in 16 bits, and their table of angles. */
const ANSWER = /^\[24\d{8},"function"\]$/;

const isReproducible = process.argv.includes("--reproducible");
const work = mkdtempSync(join(tmpdir(), "berth-packages-"));
try {
  const commit = isReproducible ? committed() : undefined;
  const tarballs = step("packed", () => packAll(ROOT, join(work, "packed")));
  const app = step("installed in an empty folder", () => install(tarballs));
  step("runs on Node", () => runOn(process.execPath, app));
  if (!process.argv.includes("--here")) {
    checkForRelease(tarballs, app);
  }
  if (commit !== undefined) {
    step("builds to the same bytes", () => compareBuilds(tarballs, commit));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function checkForRelease(tarballs, app) {
  step("types as users resolve them (attw)", () => tarballs.forEach(lookAtTypes));
  for (const version of NODES) {
    step(`runs on Node ${version}`, () => runOn(nodeOf(version), app));
  }
  // before Vite comes into the folder, which is the user's own
  step("SBOM and licences of what users install", () => listParts(app));
  audit(app);
  step("bundled by a user's Vite", () => bundle(app));
}

function step(name, run) {
  const start = Date.now();
  const result = run();
  process.stdout.write(`ok  ${name}, ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Every package is ESM alone; a page of files and a command have no types. */
function lookAtTypes(tarball) {
  if (!/core|parser/.test(tarball)) {
    return;
  }
  runTool(join(ROOT, "node_modules/.bin/attw"), [
    tarball,
    "--profile",
    "esm-only",
    "--no-definitely-typed",
  ]);
}

function install(tarballs) {
  const app = installPacked(tarballs, join(work, "app"));
  cpSync(join(ROOT, "examples"), join(app, "examples"), { recursive: true });
  writeFileSync(
    join(app, "use.js"),
    `import { estimate, importPreset } from "@berth/core";
import { parseNvidiaSmi } from "nvidia-smi-parser";
const { ranks } = estimate({ gpu: "rtx-4090" }, importPreset("meta-llama/Llama-3.2-1B"));
export const answer = [ranks[0].terms.find(({ id }) => id === "weights").bytes, typeof parseNvidiaSmi];
`,
  );
  writeFileSync(
    join(app, "print.js"),
    'import { answer } from "./use.js";\nconsole.log(JSON.stringify(answer));\n',
  );
  return app;
}

function runOn(node, app) {
  const printed = runTool(node, ["print.js"], app).trim();
  if (!ANSWER.test(printed)) {
    throw new Error(`${node} print.js: expected ${ANSWER}, got ${printed}`);
  }
  const berth = join(app, "node_modules/@berth/cli/dist/bin.js");
  const plan = JSON.parse(
    runTool(node, [berth, "plan", "examples/four-on-one.yaml", "--json"], app),
  );
  if (plan.status !== "optimal") {
    throw new Error(`${node}: expected an optimal plan, got ${plan.status}`);
  }
  runReadme(node, app);
}

/** The example of a package's README prints what it shows below it. */
function runReadme(node, app) {
  const readme = readFileSync(join(app, "node_modules/@berth/core/README.md"), "utf8");
  const [, script, shown] = /```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(readme) ?? [];
  writeFileSync(join(app, "readme.js"), script);
  const printed = runTool(node, ["readme.js"], app);
  if (printed !== shown) {
    throw new Error(`README.md of @berth/core: expected\n${shown}got\n${printed}`);
  }
}

/** A released Node from npm, which is how a machine without another registry gets one. */
function nodeOf(version) {
  const folder = join(work, `node${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const name = `node-${process.platform}-${process.arch}`;
  runTool("npm", ["install", "--no-audit", "--no-fund", `${name}@${version}`], folder);
  return join(folder, "node_modules", name, "bin/node");
}

function bundle(app) {
  const { devDependencies } = JSON.parse(
    readFileSync(join(ROOT, "packages/web/package.json"), "utf8"),
  );
  runTool(
    "npm",
    ["install", "--no-audit", "--no-fund", "--no-save", `vite@${devDependencies.vite}`],
    app,
  );
  writeFileSync(
    join(app, "index.html"),
    '<!doctype html><title>app</title><script type="module" src="/page.js"></script>',
  );
  writeFileSync(
    join(app, "page.js"),
    'import { answer } from "./use.js";\ndocument.title = JSON.stringify(answer);\n',
  );
  runTool(join(app, "node_modules/.bin/vite"), ["build", "--logLevel", "error"], app);
  const assets = readdirSync(join(app, "dist/assets"));
  if (!assets.some((name) => name.endsWith(".js"))) {
    throw new Error("vite build wrote no script");
  }
}

function listParts(app) {
  const text = runTool("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], app);
  const { components } = JSON.parse(text);
  const licenceOf = ({ licenses = [] }) =>
    licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name).join(" ");
  const wrong = components.filter((part) => !ALLOWED_LICENCES.has(licenceOf(part)));
  if (wrong.length > 0) {
    const names = wrong.map((part) => `${part.name} ${part.version}: "${licenceOf(part)}"`);
    throw new Error(`licences that are not allowed: ${names.join(", ")}`);
  }
  const out = join(ROOT, ".berth/release");
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "sbom.cdx.json"), text);
}

/** No high or critical finding. Not every registry answers this question: then it is said that nobody did. */
function audit(app) {
  const { stdout } = spawnSync("npm", ["audit", "--json", "--omit", "dev"], {
    cwd: app,
    encoding: "utf8",
  });
  const { metadata, message = "no answer", vulnerabilities = {} } = jsonOf(stdout);
  if (metadata === undefined) {
    process.stdout.write(
      `??  npm audit was not answered (${message}): ask a registry that does before a release\n`,
    );
    return;
  }
  const bad = Object.values(vulnerabilities).filter(({ severity }) =>
    /high|critical/.test(severity),
  );
  if (bad.length > 0) {
    const names = bad.map(({ name, severity }) => `${name}: ${severity}`);
    throw new Error(`npm audit found ${names.join(", ")}`);
  }
  process.stdout.write("ok  npm audit knows of no high finding\n");
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The last commit, where it is what was packed. */
function committed() {
  const changed = runTool("git", ["status", "--porcelain"]).trim();
  if (changed !== "") {
    throw new Error(
      `--reproducible builds the last commit: expected nothing else here, got\n${changed}`,
    );
  }
  return runTool("git", ["rev-parse", "HEAD"]).trim();
}

/** A clone of the commit, built anew, packs to the same bytes as this folder does. */
function compareBuilds(tarballs, commit) {
  const other = join(work, "again");
  runTool("git", ["clone", "--quiet", ROOT, other]);
  runTool("git", ["checkout", "--quiet", commit], other);
  runTool("npx", [...PNPM, "install", "--frozen-lockfile"], other);
  runTool("npx", [...PNPM, "build"], other);
  runTool("npx", [...PNPM, "build:web"], other);
  const again = packAll(other, join(work, "packed-again"));
  const differences = tarballs.flatMap((tarball, i) => differingFiles(tarball, again[i]));
  if (differences.length > 0) {
    throw new Error(`another build of ${commit} has other bytes in ${differences.join(", ")}`);
  }
}

/** Files of two tarballs that are not the same, or the tarball itself where only its own bytes differ. */
function differingFiles(one, other) {
  if (readFileSync(one).equals(readFileSync(other))) {
    return [];
  }
  const [here, there] = [one, other].map((tarball, i) => {
    const folder = join(work, `unpacked-${i}`, basename(tarball));
    mkdirSync(folder, { recursive: true });
    runTool("tar", ["-xzf", tarball, "-C", folder]);
    return folder;
  });
  const { stdout } = spawnSync("diff", ["-rq", here, there], { encoding: "utf8" });
  const lines = stdout.replaceAll(`${work}/`, "").trim().split("\n");
  return lines[0] === "" ? [basename(one)] : lines;
}
