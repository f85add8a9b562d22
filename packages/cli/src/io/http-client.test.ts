import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CachedAnswer, HttpCache } from "./http-cache.ts";
import { createHttpClient } from "./http-client.ts";

const server = createServer((request, response) => {
  switch (request.url) {
    case "/silent":
      return; // and never answers
    case "/other-range":
      response.writeHead(206, { "content-range": "bytes 5-9/100" }).end("12345");
      return;
    case "/endless": {
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
      response.on("close", () => clearInterval(timer));
      return;
    }
    default:
      response.writeHead(200).end("0123456789");
  }
});

let base = "";
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function memoryCache(): HttpCache {
  const kept = new Map<string, CachedAnswer>();
  return {
    read: (key) => Promise.resolve(kept.get(key)),
    write: (key, answer) => Promise.resolve(void kept.set(key, answer)),
  };
}

/** Longer than any answer here takes, but for the one that never comes. */
const client = (timeoutSeconds = 60) => createHttpClient({ cache: memoryCache(), timeoutSeconds });

test("a server that never answers is given up", async () => {
  await expect(client(0.5).get({ url: `${base}/silent`, end: 10 })).rejects.toMatchObject({
    status: 0,
    message: expect.stringMatching(/^127.0.0.1:\d+ can't be reached \(no answer in 0.5 s\)$/),
  });
});

test("a range that was not asked for is refused", async () => {
  const request = { url: `${base}/other-range`, start: 0, end: 5 };
  await expect(client().get(request)).rejects.toThrow("answers with another range");
});

test("an endless answer is cut at the part that was asked for, and refused as a whole", async () => {
  const url = `${base}/endless`;
  expect((await client().get({ url, start: 100, end: 1000 })).body).toHaveLength(900);
  await expect(client().get({ url, end: 1000 })).rejects.toThrow(
    "answers with more than 1000 bytes",
  );
});

test("a server without ranges is not read whole for what lies far behind", async () => {
  const request = { url: base, start: 5e9, end: 5e9 + 8 };
  await expect(client().get(request)).rejects.toThrow("does not answer range requests");
});
