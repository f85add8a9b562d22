// A small OpenAI server that says who it is, keeps what it was sent, and streams only as far as the
// test lets it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly model: unknown;
  readonly bytes: number;
  readonly authorization: string | undefined;
}

export interface StandIn {
  readonly id: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Answered GETs of /health. */
  readonly checks: () => number;
  /** What /health answers with, 200 at first. */
  setHealth(status: number): void;
  /** What a request is answered with: its name, a stream, nothing as long as the test runs, or a cut connection. */
  setMode(mode: "answer" | "hold" | "cut"): void;
  /** Sends the next piece of every stream that is open. */
  release(piece: string): void;
  /** Ends every stream that is open. */
  finish(): void;
  stop(): Promise<void>;
}

export async function startStandIn(id: string): Promise<StandIn> {
  const received: Received[] = [];
  const open = new Set<ServerResponse>();
  const state = { health: 200, mode: "answer", checks: 0 };
  const server = createServer((request, response) => {
    if (request.url === "/health") {
      state.checks += 1;
      response.writeHead(state.health).end();
      return;
    }
    readBody(request, (text) => {
      const body = JSON.parse(text) as { readonly model?: unknown; readonly stream?: boolean };
      received.push({
        path: request.url ?? "",
        model: body.model,
        bytes: text.length,
        authorization: request.headers.authorization,
      });
      answer(response, { id, open, mode: state.mode, isStream: body.stream === true });
    });
  });
  const port = await listening(server);
  return {
    id,
    port,
    received,
    checks: () => state.checks,
    setHealth: (status) => {
      state.health = status;
    },
    setMode: (mode) => {
      state.mode = mode;
    },
    release: (piece) => {
      for (const response of open) {
        response.write(`data: ${piece}\n\n`);
      }
    },
    finish: () => {
      for (const response of open) {
        response.end("data: [DONE]\n\n");
      }
      open.clear();
    },
    stop: () => stopped(server),
  };
}

interface Answer {
  readonly id: string;
  readonly open: Set<ServerResponse>;
  readonly mode: string;
  readonly isStream: boolean;
}

function answer(response: ServerResponse, { id, open, mode, isStream }: Answer): void {
  if (mode === "cut") {
    response.destroy();
  } else if (isStream) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${id}\n\n`);
    open.add(response);
  } else if (mode === "answer") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ servedBy: id }));
  }
}

function readBody(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => then(Buffer.concat(chunks).toString("utf8")));
}

/** Listens on a free port of loopback. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
