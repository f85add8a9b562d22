import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { runTool } from "../packed.mjs";
import { ANSWER } from "./run-installed.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
/** Of nobody: every request is answered here. */
const ADDRESS = "http://app.example/";
const TITLE_IS_SET = 'document.title.startsWith("[")';
/** A second's work, on a machine with much other work. */
const PATIENCE_MS = 120_000;

/** A page of a user's own, bundled with the Vite that is installed beside the packages. Throws where no script came of it. */
export async function bundle(app) {
  writeFileSync(
    join(app, "index.html"),
    '<!doctype html><title>app</title><script type="module" src="/page.js"></script>',
  );
  writeFileSync(
    join(app, "page.js"),
    'import { answer } from "./use.js";\ndocument.title = JSON.stringify(answer);\n',
  );
  await runTool(join(app, "node_modules/.bin/vite"), ["build", "--logLevel", "error"], app);
  const assets = readdirSync(join(app, "dist/assets"));
  if (!assets.some((name) => name.endsWith(".js"))) {
    throw new Error("vite build wrote no script");
  }
  return join(app, "dist");
}

/** Opens the bundle in Chromium: it computes there what Node does. */
export async function openBundle(dist, root, executablePath) {
  const { chromium } = createRequire(join(root, "test/package.json"))("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const title = new Promise((resolve, reject) => {
      page.on("pageerror", reject);
      page
        .waitForFunction(TITLE_IS_SET, undefined, { timeout: PATIENCE_MS })
        .then(async () => resolve(await page.title()), reject);
    });
    await page.route(`${ADDRESS}**`, (route) => route.fulfill(answerTo(route.request(), dist)));
    await Promise.all([title, page.goto(ADDRESS)]);
    if (!ANSWER.test(await title)) {
      throw new Error(`the bundle in Chromium: expected ${ANSWER}, got ${await title}`);
    }
  } finally {
    await browser.close();
  }
}

/** A file of the bundle; a browser also asks for an icon, which there is not. */
function answerTo(request, dist) {
  const { pathname } = new URL(request.url());
  const file = join(dist, pathname === "/" ? "index.html" : pathname);
  return existsSync(file)
    ? { body: readFileSync(file), contentType: TYPES[extname(file)] }
    : { status: 404 };
}
