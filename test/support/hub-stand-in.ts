// A Hub with one model, on a free port: what berth asks a real one for, by ranges.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubStandIn {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  readonly server: Server;
}

/** Serves these files under every id and revision. */
export async function hubStandIn(
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<HubStandIn> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const file = files[path.split("/").at(-1) ?? ""];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = Buffer.from(file);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    if (from === undefined) {
      response.writeHead(200, { "content-length": body.length }).end(body);
      return;
    }
    const part = body.subarray(Number(from), Number(to) + 1);
    const end = Number(from) + part.length - 1;
    response.writeHead(206, { "content-range": `bytes ${from}-${end}/${body.length}` }).end(part);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}
