// A server of berth serve's, as built, on a free port with a stand-in for the page; and requests as they go over the wire.
import { spawn } from "node:child_process";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Limits } from "../../packages/cli/src/serve/limits.ts";

const START = fileURLToPath(new URL("../serve/start.mjs", import.meta.url));

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without it, the right one is sent. */
  readonly token?: string | undefined;
}

export interface Served {
  readonly port: number;
  readonly token: string;
  /** One request, its path sent as it is. */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** A request with a JSON body. */
  send(path: string, body: unknown, asked?: Asked): Promise<Answer>;
  /** All that it printed but its URL: nothing, if all is well. */
  close(): Promise<string>;
}

const USUAL_LIMITS: Limits = {
  requestSeconds: 30,
  headerSeconds: 1,
  maxBodyBytes: 1_000_000,
  inventorySeconds: 0.05,
  heartbeatSeconds: 15,
};

interface Setting {
  readonly file?: string;
  readonly sources?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Serves `work/` of a folder, with `page/` and `csp.json` for a page. */
export async function serveFolder(
  folder: string,
  { file, sources = ["local"], limits = {}, env = {} }: Setting = {},
): Promise<Served> {
  const setting = {
    root: join(folder, "work"),
    file,
    sources,
    limits: { ...USUAL_LIMITS, ...limits },
    page: join(folder, "page"),
    policy: join(folder, "csp.json"),
  };
  const child = spawn(process.execPath, [START, JSON.stringify(setting)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const url = await new Promise<URL>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      printed += chunk.toString();
      const [line] = /^http:.*\n/.exec(printed) ?? [];
      if (line !== undefined) {
        resolve(new URL(line));
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", () => reject(new Error(`the server did not start: ${printed}`)));
  });
  const port = Number(url.port);
  const token = url.hash.slice("#token=".length);
  const ask: Served["ask"] = (path, asked = {}) => answerOf(port, path, { token, ...asked });
  return {
    port,
    token,
    ask,
    send: (path, body, asked = {}) =>
      ask(path, {
        method: "POST",
        body: JSON.stringify(body),
        ...asked,
        headers: { "content-type": "application/json", ...asked.headers },
      }),
    close: () =>
      new Promise((resolve) => {
        child.on("close", () => resolve(printed.slice(printed.indexOf("\n") + 1)));
        child.kill();
      }),
  };
}

/** The page's stand-in. */
export const PAGE: Readonly<Record<string, string>> = {
  "page/index.html": "<!doctype html><title>Berth</title>",
  "page/assets/main-0123abcd.js": "export {};",
  "page/assets/solver-0123abcd.wasm": "\0asm",
  "page/.secret": "hidden",
  "csp.json": JSON.stringify({
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "frame-ancestors": ["'none'"],
  }),
};

function answerOf(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, token }: Asked,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      host: "127.0.0.1",
      port,
      path,
      method,
      agent: false,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.end(body);
  });
}
