// Bundles what a page would load of core, so that size-limit measures that and not files with their comments.
// What is imported where it is needed only is a chunk with the name of its file.
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = "packages/core/dist/catalog/data.gen.js";

await rm(join(root, ".berth/size"), { recursive: true, force: true });
await bundle("core", "packages/core/dist/index.js", ["highs", "mathjs", "yaml", "zod"]);
await bundle("changes", "packages/core/dist/index-changes.js", ["highs", "mathjs", "yaml", "zod"]);
await bundle("deploy", "packages/core/dist/index-deploy.js", ["yaml", "zod"]);
await bundle("files", "packages/core/dist/index-files.js", ["yaml", "zod"]);
await bundle("catalogue", DATA, []);
await bundle("cli", "packages/cli/dist/bin.js", ["@berth/core", "citty", "cli-table3", "execa"]);

async function bundle(name, entry, external) {
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    outdir: join(root, `.berth/size/${name}`),
    entryNames: name,
    chunkNames: "[name]-[hash]",
    splitting: name === "core",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    platform: name === "cli" ? "node" : "neutral",
    mainFields: ["module", "main"],
    external: [...external, "nvidia-smi-parser"],
    plugins: name !== "cli" && name !== "catalogue" ? [leaveOut(/\/data\.gen\.js$/)] : [],
    logLevel: "error",
  });
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
