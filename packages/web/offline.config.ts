import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { NOTICES } from "./licences.config.ts";

const SCRIPT = "service-worker.js";
const NOT_LOADED = new Set([SCRIPT, NOTICES]);

/** Builds the service worker, and tells it the names of all files of the page and a hash of what is in them. */
export function offlinePlugin(): Plugin {
  return {
    name: "offline",
    apply: "build",
    buildStart() {
      const id = "src/offline/service-worker.ts";
      this.emitFile({ type: "chunk", id, fileName: SCRIPT });
    },
    writeBundle({ dir = "dist" }) {
      const files = filesIn(dir);
      const script = join(dir, SCRIPT);
      const code = readFileSync(script, "utf8");
      const hash = createHash("sha256").update(code);
      for (const name of files) {
        hash.update(`${name}\0`).update(readFileSync(join(dir, name)));
      }
      const build = { version: hash.digest("hex").slice(0, 16), files };
      writeFileSync(script, `self.BUILD=${JSON.stringify(build)};\n${code}`);
    },
  };
}

/** All that the page may load, with slashes; hidden folders hold what only tools read, and notices are for people. */
function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => !NOT_LOADED.has(name) && !name.startsWith("."))
    .sort();
}
