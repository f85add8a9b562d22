// pnpm check:packages, which CI runs too: packs what a built checkout publishes, looks at it as npm and TypeScript do, installs it
// in an empty folder, runs it on Node 20, 22 and 24, bundles it with a user's own Vite and opens that in Chromium, asks npm for known
// vulnerabilities, builds the same files once more elsewhere and compares the bytes. Tarballs, their SHA-256 sums and an SBOM go
// to .berth/release. Needs the npm registry. Ends with 1 and a sentence for each thing that is wrong.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { askAudit, judgeAudit } from "./packages/audit.mjs";
import { buildAgain, compareTarballs } from "./packages/build-again.mjs";
import { bundle, openBundle } from "./packages/bundle-as-user.mjs";
import { fetchNodes } from "./packages/nodes.mjs";
import { readHelp, runOn, writeUse } from "./packages/run-installed.mjs";
import { listParts } from "./packages/sbom.mjs";
import { installPacked, packAll, runTool } from "./packed.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = join(ROOT, ".berth/release");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

const work = mkdtempSync(join(tmpdir(), "berth-packages-"));
try {
  await checkAll();
} catch (error) {
  say(error instanceof AggregateError ? error.errors.map(wordsOf).join("\n") : wordsOf(error));
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

async function checkAll() {
  const tarballs = await step("packed", () => packAll(ROOT, join(work, "packed")));
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  // the longest first; the rest fits beside it
  await together([
    () => checkBytes(tarballs),
    () => checkInstalled(tarballs),
    () => step("types as users resolve them (attw)", () => lookAtTypes(tarballs)),
  ]);
  for (const tarball of tarballs) {
    cpSync(tarball, join(OUT, basename(tarball)));
  }
  const sums = tarballs.map((tarball) => `${sha256(tarball)}  ${basename(tarball)}\n`);
  writeFileSync(join(OUT, "SHA256SUMS"), sums.join(""));
}

async function checkBytes(tarballs) {
  const again = await step("built again in another folder", () => buildAgain(ROOT, work));
  await step("the same bytes", () => compareTarballs(tarballs, again, join(work, "unpacked")));
}

async function checkInstalled(tarballs) {
  const app = await step("installed in an empty folder", async () => {
    const folder = await installPacked(tarballs, join(work, "app"));
    writeUse(folder, ROOT);
    return folder;
  });
  await together([
    () => checkNodes(app),
    () => checkBundle(tarballs),
    async () => {
      const sbom = await step("SBOM and licences of what users install", () => listParts(app));
      writeFileSync(join(OUT, "sbom.cdx.json"), sbom);
      say(judgeAudit(await askAudit(tarballs, app, join(work, "audited"))));
    },
  ]);
}

async function checkNodes(app) {
  const own = { version: process.versions.node, node: process.execPath };
  await step(`runs on Node ${own.version}`, () => runOn(own.node, app));
  await step("help, with an example of each command", () => readHelp(own.node, app));
  const others = await step("other Nodes fetched", () => fetchNodes(join(work, "nodes")));
  for (const { version, node } of others) {
    await step(`runs on Node ${version}`, () => runOn(node, app));
  }
}

async function checkBundle(tarballs) {
  const { devDependencies } = JSON.parse(
    readFileSync(join(ROOT, "packages/web/package.json"), "utf8"),
  );
  const dist = await step("bundled by a user's Vite", async () => {
    const page = await installPacked(tarballs, join(work, "page"), [
      `vite@${devDependencies.vite}`,
    ]);
    writeUse(page, ROOT);
    return bundle(page);
  });
  if (existsSync(CHROMIUM) || process.env.CI) {
    await step("the bundle runs in Chromium", () => openBundle(dist, ROOT, CHROMIUM));
  } else {
    say(`??  the bundle was not opened: there is no ${CHROMIUM}`);
  }
}

/** Every package is ESM alone; a page of files and a command have no types. */
async function lookAtTypes(tarballs) {
  for (const tarball of tarballs.filter((path) => /core|parser/.test(basename(path)))) {
    const options = ["--profile", "esm-only", "--no-definitely-typed"];
    await runTool(join(ROOT, "node_modules/.bin/attw"), [tarball, ...options]);
  }
}

/** Waits for all, also where one fails, so that all that is wrong is said, and nobody writes into a folder that is being removed. */
async function together(works) {
  const ended = await Promise.allSettled(works.map((run) => run()));
  const errors = ended.flatMap(({ reason }) => reason?.errors ?? reason ?? []);
  if (errors.length > 0) {
    throw new AggregateError(errors);
  }
}

async function step(name, run) {
  const start = Date.now();
  const result = await run();
  say(`ok  ${name}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function wordsOf(error) {
  return error instanceof Error ? error.message : String(error);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
