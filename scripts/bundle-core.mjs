// Before @berth/core is packed: its six hundred modules as some sixty files, in half the time to load. What it takes from
// npm stays outside, and so does what a page loads late.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const core = join(dirname(dirname(fileURLToPath(import.meta.url))), "packages/core");
const outdir = join(core, "bundle");
const { exports, publishConfig } = JSON.parse(readFileSync(join(core, "package.json"), "utf8"));

const published = Object.entries(exports).map(([name, { types, default: script }]) => [
  name,
  { types, default: script.replace("./dist/", "./bundle/") },
]);
if (JSON.stringify(publishConfig.exports) !== JSON.stringify(Object.fromEntries(published))) {
  throw new Error(
    "packages/core/package.json: expected the same exports in publishConfig, in ./bundle",
  );
}

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: core,
  entryPoints: Object.values(exports).map((entry) => entry.default),
  outdir,
  outbase: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  packages: "external",
  target: "es2023",
  logLevel: "error",
});
