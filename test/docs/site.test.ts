import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/berth-bin.ts";

const DOCS = join(ROOT, "docs");

const pages = readdirSync(DOCS, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md") && !/^(?:node_modules|api|\.vitepress)\//.test(name))
  .sort();

test("every page is in the sidebar, once, and the sidebar leads to pages", () => {
  const config = readFileSync(join(DOCS, ".vitepress/config.ts"), "utf8");
  const links = [...config.matchAll(/link: "\/([^"]*)"/g)].map(([, link = ""]) => link);
  const linked = links
    .filter((link) => !link.startsWith("api/"))
    .map((link) => (link.endsWith("/") ? `${link}index.md` : `${link}.md`));
  expect(linked.sort()).toEqual(pages.filter((name) => name !== "index.md"));
});

/** The anchors of a page's headings, as VitePress makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} (.+)$/gm)];
  return new Set(headings.map(([, title = ""]) => slug(title)));
}

function slug(title: string): string {
  return title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .replace(/^(\d)/, "_$1")
    .toLowerCase();
}

// VitePress holds links between pages when it builds the site; not those to headings, nor those of files beside it
test.each(["README.md", "CONTRIBUTING.md", ...pages.map((name) => `docs/${name}`)])(
  "%s links to files and headings that are there",
  (name) => {
    const text = readFileSync(join(ROOT, name), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const dead = links.filter(([, path = "", anchor]) => !leads(name, path, anchor));
    expect(dead.map(([link]) => link)).toEqual([]);
  },
);

/** Made when the site is built. */
const BUILT = /^(?:docs\/)?api\//;

function leads(from: string, path: string, anchor: string | undefined): boolean {
  const file = path === "" ? join(ROOT, from) : join(ROOT, dirname(from), path);
  if (BUILT.test(relative(ROOT, file))) {
    return true;
  }
  const page = [file, `${file}.md`, join(file, "index.md")].find(
    (one) => existsSync(one) && (anchor === undefined || one.endsWith(".md")),
  );
  return (
    page !== undefined &&
    (anchor === undefined || anchorsOf(readFileSync(page, "utf8")).has(anchor.toLowerCase()))
  );
}
