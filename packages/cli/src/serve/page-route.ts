import type { Context } from "hono";
import { getMimeType } from "hono/utils/mime";
import { openInside } from "./inside-folder.ts";
import type { Page } from "./page-folder.ts";
import { Refusal } from "./refusal.ts";

/** Vite puts a hash of the content into these names, so that they never change. */
const HASHED = /^assets\/.*-[\w-]{8,}\.\w+$/;
const A_YEAR = "public, max-age=31536000, immutable";

/** A file of the built page. Throws a Refusal where there is none of that name. */
export async function pageFile(context: Context, page: Page, path: string): Promise<Response> {
  const name = path === "" ? "index.html" : path;
  const handle = await openInside(page, name, name).catch(() => undefined);
  if (handle === undefined) {
    throw new Refusal("not-found", "there is nothing at this address");
  }
  try {
    const bytes = await handle.readFile();
    return context.body(new Uint8Array(bytes), 200, {
      "Content-Type": getMimeType(name) ?? "application/octet-stream",
      "Cache-Control": HASHED.test(name) ? A_YEAR : "no-cache",
    });
  } finally {
    await handle.close();
  }
}
