import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { withLock } from "../../scripts/lock.mjs";
import { newestChange } from "../../scripts/newest-change.mjs";

const ROOT = join(import.meta.dirname, "../..");
const WEB = join(ROOT, "packages/web");
const DIST = join(WEB, "dist");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What the page is made of. */
const SOURCES = [
  "packages/core/src",
  "packages/nvidia-smi-parser/src",
  "packages/web/src",
  "packages/web/csp.json",
  "packages/web/package.json",
  "packages/web/index.html",
  "packages/web/vite.config.ts",
  "packages/web/offline.config.ts",
  "packages/web/licences.config.ts",
];

/** Builds the page where that is missing or older than its sources: once, also where several test files ask at a time. */
export function buildPage(): void {
  if (isNew()) {
    return;
  }
  mkdirSync(join(ROOT, ".berth"), { recursive: true });
  withLock(
    join(ROOT, ".berth/page-lock"),
    () => undefined,
    () => isNew() || build(),
  );
}

function isNew(): boolean {
  const built = join(DIST, "index.html");
  return existsSync(built) && statSync(built).mtimeMs >= newestChange(ROOT, SOURCES);
}

function build(): void {
  const { status, stderr } = spawnSync("npx", ["vite", "build", "--logLevel", "error"], {
    cwd: WEB,
    encoding: "utf8",
    // vitest's "test" would build React for development
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (status !== 0) {
    throw new Error(`the page was not built: ${stderr}`);
  }
}

/** A file of the built page, as text. */
export function pageFile(name: string): string {
  return readFileSync(join(DIST, name), "utf8");
}

/** The built page as any static server would hand it out; `instead` has other texts for some of its files. */
export async function servePage(
  instead: ReadonlyMap<string, string> = new Map(),
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://page").pathname);
    const file = join(DIST, path === "/" ? "index.html" : path);
    const other = instead.get(path.slice(1));
    if (other !== undefined) {
      response.writeHead(200, { "content-type": TYPES[extname(file)] }).end(other);
      return;
    }
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, server };
}
