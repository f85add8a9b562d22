import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../../packages/cli/src");

/** Imports that are there before the first line runs; types are not. */
const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)[^;]*?from\s+"([^"]+)"/gm;

/** The files and packages that a file loads before it runs. */
function loadedBy(file: string, found = new Set<string>()): ReadonlySet<string> {
  found.add(file);
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(STATIC_IMPORT)) {
    const path = name.startsWith(".") ? resolve(dirname(file), name) : name;
    if (!found.has(path) && existsSync(path)) {
      loadedBy(path, found);
    } else {
      found.add(path);
    }
  }
  return found;
}

// core alone has some six hundred files, and takes four times as long to load as Node takes to start
test("berth --help loads a handful of files, and no package", () => {
  const loaded = [...loadedBy(join(SOURCE, "bin.ts")), ...loadedBy(join(SOURCE, "main-usage.ts"))];
  expect(loaded.filter((name) => !name.startsWith(SOURCE) && !name.startsWith("node:"))).toEqual(
    [],
  );
  expect(loaded.length).toBeLessThan(12);
});

test("berth plan loads what writes deployments when one is asked for", () => {
  const loaded = [...loadedBy(join(SOURCE, "commands/plan.ts"))];
  expect(loaded).toContain("@berth/core");
  expect(loaded).not.toContain("@berth/core/bundle");
});
