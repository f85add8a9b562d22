import { readFile, realpath, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ToolError } from "../tool-error.ts";

/** The built page, and the policy that says what it may load. */
export interface Page {
  /** Real path of the folder with its index.html. */
  readonly root: string;
  /** The text of the Content-Security-Policy header. */
  readonly policy: string;
}

/** The page of @berth/web, or of the package in the folder BERTH_PAGE. Throws a ToolError where it is not built. */
export async function builtPage(): Promise<Page> {
  const folder = process.env["BERTH_PAGE"] ?? webFolder();
  if (folder === undefined) {
    throw notBuilt();
  }
  return openPage(join(folder, "dist"), join(folder, "csp.json"));
}

function webFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("@berth/web/package.json"));
  } catch {
    return undefined;
  }
}

/** Throws a ToolError where there is no page. */
export async function openPage(folder: string, policyFile: string): Promise<Page> {
  const index = await stat(join(folder, "index.html")).catch(() => undefined);
  if (index === undefined) {
    throw notBuilt();
  }
  return { root: await realpath(folder), policy: policyText(await readFile(policyFile, "utf8")) };
}

function notBuilt(): ToolError {
  return new ToolError("the page is not built: run npm run build:web in Berth's folder first");
}

/** As the page's own <meta> says it, and with what only a header can say. */
function policyText(json: string): string {
  const directives = JSON.parse(json) as Readonly<Record<string, readonly string[]>>;
  const texts = Object.entries(directives).map(([name, sources]) => [name, ...sources].join(" "));
  return texts.join("; ");
}
