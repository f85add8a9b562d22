// node scripts/run-bundled.mjs FILE.ts [ARG…]: bundles it with our sources into .berth/bundled and runs that. A benchmark so
// measures JavaScript as it is published: tsx names every inner function each time it is made.

import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry = "", ...args] = process.argv.slice(2);
const outfile = join(root, ".berth/bundled", `${basename(entry, ".ts")}.mjs`);

await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["berth-source"],
  logLevel: "error",
  plugins: [{ name: "places", setup: keepPlaces }],
});
const { status } = spawnSync(process.execPath, [...process.execArgv, outfile, ...args], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;

/** Files still find what is beside their source; packages are not bundled, and found from who asks for them. */
function keepPlaces({ onLoad, onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
    if (kind === "entry-point" || path.startsWith("node:") || path.startsWith("@berth/")) {
      return undefined;
    }
    const found = createRequire(importer).resolve(path);
    return { path: pathToFileURL(found).href, external: true };
  });
  onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => ({
    contents: (await readFile(path, "utf8")).replaceAll(
      "import.meta.url",
      JSON.stringify(pathToFileURL(path).href),
    ),
    loader: path.endsWith(".ts") ? "ts" : "js",
  }));
}
