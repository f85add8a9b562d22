import { createServer } from "node:http";
import { codeOf } from "../io/read-text.ts";
import { UsageError } from "../usage-error.ts";
import { hostNameOf, isLoopback, type ListenAddress } from "./listen-address.ts";

export interface MetricsServer {
  readonly close: () => Promise<void>;
}

/** The text format of Prometheus. */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const OK = 200;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const NOT_ALLOWED = 405;

/**
 * Serves /metrics to whoever asks for it by a name of this machine, or by one that is allowed. Throws a UsageError
 * where the address can't be listened on.
 */
export async function serveMetrics(
  { host, port }: ListenAddress,
  allowedHosts: readonly string[],
  text: () => string,
): Promise<MetricsServer> {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));
  const server = createServer((request, response) => {
    const name = hostNameOf(request.headers.host);
    const answer = (status: number, body: string): void => {
      response.writeHead(status, { "content-type": CONTENT_TYPE, "cache-control": "no-store" });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    if (!isLoopback(name) && !allowed.has(name)) {
      answer(FORBIDDEN, "this name is not allowed; see --allow-host\n");
    } else if (request.method !== "GET" && request.method !== "HEAD") {
      answer(NOT_ALLOWED, "GET only\n");
    } else if (request.url?.split("?", 1)[0] !== "/metrics") {
      answer(NOT_FOUND, "the metrics are at /metrics\n");
    } else {
      answer(OK, text());
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(error: unknown, host: string, port: number): UsageError {
  const code = codeOf(error);
  const why =
    code === "EADDRINUSE" ? "something listens there already" : `it can't be used (${code})`;
  return new UsageError(`--listen: ${host}:${port}: ${why}`);
}
