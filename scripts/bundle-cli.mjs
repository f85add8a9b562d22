// One file a command instead of 300 modules: ./berth starts in half the time. Published packages stay as tsc made them.
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, "packages/cli/.berth");

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    bin: join(root, "packages/cli/dist/bin.js"),
    // a thread starts with a file of its own
    "estimate-batch-worker": join(root, "packages/cli/dist/commands/estimate-batch-worker.js"),
    "occupancy-worker": join(root, "packages/cli/dist/commands/occupancy-worker.js"),
    "serve-worker": join(root, "packages/cli/dist/serve/serve-worker.js"),
  },
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // packages in CommonJS ask for Node's own modules through require
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
  plugins: [
    { name: "stays", setup: keepOutside },
    { name: "by-name", setup: importByName },
  ],
  logLevel: "error",
});

/** highs and TensorFlow.js find their wasm beside their own files. */
function keepOutside({ onResolve }) {
  onResolve({ filter: /^(highs|@tensorflow\/.*)$/ }, ({ path, resolveDir }) => ({
    path: pathToFileURL(createRequire(join(resolveDir, "x.js")).resolve(path)).href,
    external: true,
  }));
}

/**
 * What is imported from core's tables of contents comes from the files that they name. esbuild gives whoever imports from a
 * table all that any command takes from it: half of what an estimate loaded was the readers of fleets, plans and YAML.
 */
function importByName({ onLoad, resolve }) {
  const importsOf = async ([whole, names, table], importer) => {
    const { path } = await resolve(table, {
      kind: "import-statement",
      importer,
      resolveDir: dirname(importer),
    });
    const exported = await exportsOf(path);
    const imports = namesOf(names).map(([name, local]) => {
      const { own, file } = exported.get(name);
      return `import { ${own} as ${local} } from ${JSON.stringify(file)};`;
    });
    return [whole, imports.join(" ")];
  };
  onLoad({ filter: /[\\/]cli[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
    const text = await readFile(path, "utf8");
    const imports = text.matchAll(/^import \{([^}]*)\} from "(@berth\/core[^"]*)";/gm);
    const parts = await Promise.all([...imports].map((one) => importsOf(one, path)));
    return { contents: parts.reduce((whole, [from, to]) => whole.replace(from, to), text) };
  });
}

/** What a table of contents exports: the name in its own file, and that file. */
async function exportsOf(table) {
  const lines = (await readFile(table, "utf8")).matchAll(/^export \{([^}]*)\} from "([^"]*)";/gm);
  return new Map(
    [...lines].flatMap(([, names, file]) =>
      namesOf(names).map(([own, name]) => [name, { own, file: join(dirname(table), file) }]),
    ),
  );
}

/** The names in braces, each with what it is called from there on. */
function namesOf(names) {
  const each = names.split(",").map((one) => one.trim().split(" as "));
  return each.filter(([name]) => name !== "").map(([name, local = name]) => [name, local]);
}
