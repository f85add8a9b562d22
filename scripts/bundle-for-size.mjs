// Bundles what a page would load of core, so that size-limit measures that and not files with their comments.
// .berth/size/NAME holds what is loaded for it and not before, by the order of the parts.
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = "packages/core/dist/catalog/data.gen.js";
/** Of core: what a page loads at once, and what when it is needed. */
const PARTS = {
  core: "packages/core/dist/index.js",
  placement: "packages/core/dist/placement/place-fleet.js",
  branching: "packages/core/dist/placement/solvers/branch/branching-asker.js",
  unplaced: "packages/core/dist/documents/explain-unplaced.js",
  changes: "packages/core/dist/index-changes.js",
  verify: "packages/core/dist/index-verify.js",
  capacity: "packages/core/dist/index-capacity.js",
  simulation: "packages/core/dist/index-simulation.js",
};

await rm(join(root, ".berth/size"), { recursive: true, force: true });
await measureCore();
await measurePage();
await bundle("deploy", { deploy: "packages/core/dist/index-deploy.js" }, ["yaml", "zod"]);
await bundle("files", { files: "packages/core/dist/index-files.js" }, ["yaml", "zod"]);
await bundle("logs", { logs: "packages/core/dist/index-logs.js" }, []);
await bundle("routers", { routers: "packages/core/dist/index-routers.js" }, ["yaml", "zod"]);
await bundle("catalogue", { catalogue: DATA }, []);
await bundle("cli", { cli: "packages/cli/dist/bin.js" }, [
  "@berth/core",
  "citty",
  "cli-table3",
  "diff",
  "execa",
  "hono",
  "@hono/node-server",
  "zod",
]);

/** One folder a part, with the files that it loads and none of the parts before it. */
async function measureCore() {
  const { outputs } = await bundle("all-of-core", PARTS, [
    "highs",
    "mathjs",
    "yaml",
    "zod",
    "@tensorflow/*",
  ]);
  const counted = new Set();
  for (const [name, entry] of Object.entries(PARTS)) {
    const [start] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry);
    const own = [...loadedWith(outputs, start)].filter((file) => !counted.has(file));
    await mkdir(join(root, `.berth/size/${name}`), { recursive: true });
    for (const file of own) {
      counted.add(file);
      await copyFile(join(root, file), join(root, `.berth/size/${name}`, basename(file)));
    }
  }
}

/** What the empty page loads before it can be used, by Vite's own list: scripts and styles, without its workers. */
async function measurePage() {
  const dist = join(root, "packages/web/dist");
  const manifest = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8"));
  const files = new Set(["index.html"]);
  const load = (key) => {
    const { file, css = [], imports = [] } = manifest[key];
    for (const own of [file, ...css]) {
      files.add(own);
    }
    imports.filter((next) => !files.has(manifest[next].file)).forEach(load);
  };
  load("index.html");
  await mkdir(join(root, ".berth/size/web"), { recursive: true });
  for (const file of files) {
    await copyFile(join(dist, file), join(root, ".berth/size/web", basename(file)));
  }
}

/** The file and all that it imports before it can run. */
function loadedWith(outputs, file, found = new Set()) {
  if (!found.has(file)) {
    found.add(file);
    for (const { path, kind, external } of outputs[file].imports) {
      if (kind === "import-statement" && external !== true) {
        loadedWith(outputs, path, found);
      }
    }
  }
  return found;
}

async function bundle(name, entries, external) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([own, entry]) => [own, join(root, entry)]),
    ),
    outdir: join(root, `.berth/size/${name}`),
    splitting: Object.keys(entries).length > 1,
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2023",
    platform: name === "cli" ? "node" : "neutral",
    mainFields: ["module", "main"],
    external: [...external, "nvidia-smi-parser"],
    plugins: name !== "cli" && name !== "catalogue" ? [leaveOut(/\.gen\.js$/)] : [],
    logLevel: "error",
  });
  return metafile;
}

/** Imports that match stay imports. */
function leaveOut(filter) {
  return {
    name: "leave-out",
    setup: ({ onResolve }) => {
      onResolve({ filter }, ({ path }) => ({ path, external: true }));
    },
  };
}
