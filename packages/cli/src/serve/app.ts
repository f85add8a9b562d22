import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Session } from "./api.ts";
import { readSaveBody } from "./bodies.ts";
import type { FleetStore, SaveCondition } from "./fleet-store.ts";
import { jsonOnly, ownPageOnly, sameSiteOnly, withTokenOnly } from "./guard.ts";
import type { Folder } from "./inside-folder.ts";
import { inventoryEvents } from "./inventory-events.ts";
import type { Limits } from "./limits.ts";
import { listFiles } from "./list-files.ts";
import type { LiveInventory } from "./live-inventory.ts";
import type { Page } from "./page-folder.ts";
import { pageFile } from "./page-route.ts";
import { readFilePiece } from "./read-file.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import type { TaskKind } from "./tasks.ts";
import type { Workers } from "./workers.ts";

/** All that requests are answered from. */
export interface Served {
  readonly folder: Folder;
  readonly page: Page;
  readonly token: string;
  /** Names that the Host header may have. */
  readonly hosts: ReadonlySet<string>;
  readonly fleet: FleetStore;
  readonly session: () => Promise<Session>;
  readonly live: LiveInventory;
  readonly workers: Workers;
  readonly limits: Limits;
}

/** What berth serve answers; it can only do what stands here. */
export function createApp(served: Served): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    const { status, body } = refusalOf(error);
    return context.json(body, status);
  });
  app.notFound(() => {
    throw new Refusal("not-found", "there is nothing at this address");
  });
  app.use(safeHeaders(served.page.policy), sameSiteOnly(served.hosts));
  app.use("/api/*", ownPageOnly, withTokenOnly(served.token), fresh);
  app.get("/api/session", async (context) => context.json(await served.session()));
  app.get("/api/files", async (context) => context.json(await listFiles(served.folder)));
  app.get("/api/files/*", (context) => file(context, served));
  app.get("/api/inventory", (context) =>
    inventoryEvents(context, served.live, served.limits.heartbeatSeconds),
  );
  const body = [jsonOnly, limited(served.limits.maxBodyBytes)] as const;
  app.put("/api/fleet", ...body, (context) => save(context, served));
  for (const kind of ["plan", "render", "verify", "model"] as const) {
    app.post(`/api/${kind}`, ...body, (context) => task(context, kind, served));
  }
  app.get("*", (context) => pageFile(context, served.page, pathBelow(context, "/")));
  return app;
}

function safeHeaders(policy: string): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  };
}

const fresh: MiddlewareHandler = async (context, next) => {
  await next();
  context.res.headers.set("Cache-Control", "no-store");
};

function limited(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Refusal("too-large", `expected a request of at most ${maxSize} bytes`);
    },
  });
}

/** What stands behind a prefix of the address, decoded once. Throws a Refusal where that can't be. */
function pathBelow(context: Context, prefix: string): string {
  try {
    return decodeURIComponent(new URL(context.req.url).pathname.slice(prefix.length));
  } catch {
    throw new Refusal("not-found", "there is nothing at this address");
  }
}

async function file(context: Context, { folder }: Served): Promise<Response> {
  const name = pathBelow(context, "/api/files/");
  const { bytes, range } = await readFilePiece(folder, name, context.req.header("range"));
  return context.body(new Uint8Array(bytes), range === undefined ? 200 : 206, {
    "Content-Type": range === undefined ? "text/plain; charset=utf-8" : "application/octet-stream",
    ...(range === undefined ? {} : { "Content-Range": range }),
  });
}

async function save(context: Context, { fleet }: Served): Promise<Response> {
  const condition = conditionOf(context);
  return context.json(await fleet.save(readSaveBody(await context.req.text()), condition));
}

function conditionOf(context: Context): SaveCondition {
  const etag = context.req.header("if-match");
  if (etag !== undefined) {
    return { etag };
  }
  if (context.req.header("if-none-match") === "*") {
    return "absent";
  }
  throw new Refusal(
    "no-etag",
    "expected If-Match with the etag of the fleet file as it was read, or If-None-Match: * for a new one",
  );
}

async function task(context: Context, kind: TaskKind, { workers }: Served): Promise<Response> {
  const { status, body } = await workers.run(
    kind,
    await context.req.text(),
    context.req.raw.signal,
  );
  return context.body(body, status, { "Content-Type": "application/json" });
}
