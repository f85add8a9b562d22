import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import { codeOf } from "../io/read-text.ts";
import { UsageError } from "../usage-error.ts";
import { allowedHosts, inUrl, isEvery } from "./allowed-hosts.ts";
import { createApp } from "./app.ts";
import type { Limits } from "./limits.ts";
import { liveInventory } from "./live-inventory.ts";
import type { OpenedFiles } from "./opened-files.ts";
import type { Page } from "./page-folder.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import { readServedInventory, type ServedPlace } from "./served-place.ts";
import { readSession } from "./session.ts";
import { Workers } from "./workers.ts";

/** What to serve, and where. */
export interface ServerRequest {
  readonly host: string;
  /** Other names that the Host header may have. */
  readonly allowedHosts: readonly string[];
  /** 0 for any free one; undefined for the usual one, or the next that is free. */
  readonly port: number | undefined;
  readonly place: ServedPlace;
  readonly opened: OpenedFiles;
  readonly version: string;
  readonly page: Page;
  readonly limits: Limits;
}

export interface RunningServer {
  /** With the token in its fragment, which a browser sends to nobody. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections and what runs. */
  close(): Promise<void>;
}

/** Bits that nobody guesses. */
const TOKEN_BYTES = 32;
const MOST_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16_384;

/** Throws a UsageError where it can't listen there. */
export async function startServer(request: ServerRequest): Promise<RunningServer> {
  const { host, place, opened, version, page, limits } = request;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const workers = new Workers(place);
  const live = liveInventory({
    read: (signal) => readServedInventory(place, signal),
    everySeconds: limits.inventorySeconds,
  });
  const app = createApp({
    folder: place,
    page,
    token,
    hosts: allowedHosts(host, request.allowedHosts),
    fleet: opened.fleet,
    session: () => readSession(opened, place, version),
    live,
    workers,
    limits,
  });
  const server = createServer(
    {
      headersTimeout: limits.headerSeconds * 1000,
      requestTimeout: limits.requestSeconds * 1000,
      // how often both are looked at
      connectionsCheckingInterval: 1000,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler: answerOdd }),
  );
  server.maxConnections = MOST_CONNECTIONS;
  const port = await listenAt(server, request);
  const name = isEvery(host) ? "127.0.0.1" : inUrl(host);
  return {
    url: `http://${name}:${port}/#token=${token}`,
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, workers.close()]);
    },
  };
}

/** A request that is none: its Host or its path can't be part of a URL. */
function answerOdd(error: unknown): Response {
  const odd = new Refusal("wrong-host", "expected a request with a Host and a path of a URL");
  const { status, body } = refusalOf(error instanceof RequestError ? odd : error);
  return Response.json(body, { status });
}

/** Where a plan's engines listen are 8000 and what follows; this is far from it. */
const USUAL_PORT = 7433;
const MOST_TRIED = 20;

async function listenAt(
  server: Server,
  { host, port }: Pick<ServerRequest, "host" | "port">,
): Promise<number> {
  if (port !== undefined) {
    return listen(server, host, port);
  }
  for (let tried = USUAL_PORT; tried < USUAL_PORT + MOST_TRIED; tried += 1) {
    const found = await listen(server, host, tried).catch((error: unknown) => {
      if (error instanceof UsageError && codeOf(error.cause) === "EADDRINUSE") {
        return;
      }
      throw error;
    });
    if (found !== undefined) {
      return found;
    }
  }
  return listen(server, host, 0);
}

/** The port that is listened on. */
function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(cannotListen(host, port, error));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.removeListener("error", fail);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function cannotListen(host: string, port: number, cause: Error): UsageError {
  const code = codeOf(cause);
  if (code === "EADDRINUSE") {
    return new UsageError(
      `--port: ${port} is in use on ${host}; give another, or 0 for any that is free`,
      { cause },
    );
  }
  if (code === "EACCES") {
    return new UsageError(`--port: ${port} may not be used (EACCES); give one above 1023`, {
      cause,
    });
  }
  return new UsageError(`--host: expected an address of this machine, got ${host} (${code})`, {
    cause,
  });
}
