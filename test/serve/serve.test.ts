import { mkdirSync, symlinkSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET, TINY_CONFIG, TWO_4090 } from "../cli/fixtures.ts";
import { folderWith } from "../cli/run-berth.ts";
import { type Asked, PAGE, type Served, serveFolder } from "../support/served.ts";

const codeOf = (body: string): string => JSON.parse(body).error.code;
const messageOf = (body: string): string => JSON.parse(body).error.message;

let served: Served;
let folder: string;

beforeAll(async () => {
  folder = folderWith({
    ...PAGE,
    "outside/secret.json": '{"secret": true}',
    "outside/config.json": TINY_CONFIG,
    "work/fleet.yaml": ONE_MODEL_FLEET,
    "work/tiny/config.json": TINY_CONFIG,
    "work/box1.csv": TWO_4090,
    "work/weights/model.gguf": "GGUF0123456789",
    "work/.env": "KEY=1",
    "work/.hidden/plan.json": "{}",
    "work/notes.md": "none of ours",
  });
  symlinkSync(join(folder, "outside"), join(folder, "work/link"));
  symlinkSync(join(folder, "outside/secret.json"), join(folder, "work/linked.json"));
  symlinkSync(join(folder, "work/.env"), join(folder, "work/env.json"));
  symlinkSync(join(folder, "work/tiny/config.json"), join(folder, "work/inside.json"));
  mkdirSync(join(folder, "work/sly"));
  symlinkSync(join(folder, "outside/config.json"), join(folder, "work/sly/config.json"));
  served = await serveFolder(folder, { limits: { requestSeconds: 1 } });
});

afterAll(async () => {
  expect(await served.close()).toBe("");
});

describe("who may ask", () => {
  test.each([
    { why: "no token", asked: { token: undefined }, status: 401, code: "no-token" },
    { why: "another token", asked: { token: "x".repeat(43) }, status: 401, code: "no-token" },
    { why: "an empty token", asked: { token: "" }, status: 401, code: "no-token" },
    {
      why: "the token in another scheme",
      asked: { token: undefined, headers: { authorization: "Basic x" } },
      status: 401,
      code: "no-token",
    },
    ...[
      "evil.example",
      "127.0.0.1.nip.io",
      "localhost.evil.example",
      "evil.example@127.0.0.1",
      "2130706433",
    ].map((host) => ({
      why: `under the name ${host} (DNS rebinding)`,
      asked: { headers: { host } },
      status: 403,
      code: "wrong-host",
    })),
    ...["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1"].map((origin) => ({
      why: `from a page of ${origin}`,
      asked: { headers: { origin } },
      status: 403,
      code: "wrong-origin",
    })),
    {
      why: "from another site, as the browser says",
      asked: { headers: { "sec-fetch-site": "cross-site" } },
      status: 403,
      code: "wrong-origin",
    },
  ] satisfies readonly {
    why: string;
    asked: Asked;
    status: number;
    code: string;
  }[])("$why: $code", async ({ asked, status, code }) => {
    const answer = await served.ask("/api/session", asked);
    expect([answer.status, codeOf(answer.body)]).toEqual([status, code]);
  });

  test("the page is refused under another name too, and given without a token", async () => {
    const foreign = await served.ask("/", { headers: { host: "evil.example" } });
    expect(foreign.status).toBe(403);
    const own = await served.ask("/", { token: undefined });
    expect(own.status).toBe(200);
  });

  test.each(["localhost", "127.0.0.1", "[::1]", "Box1.example"])(
    "%s at the port of a tunnel may ask",
    async (name) => {
      const host = `${name}:9999`;
      const headers = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
      expect((await served.ask("/api/session", { headers })).status).toBe(200);
    },
  );

  test("the token in the query counts for nothing", async () => {
    const answer = await served.ask(`/api/session?token=${served.token}`, { token: undefined });
    expect(answer.status).toBe(401);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "a form's %s is refused, even with the token",
    async (type) => {
      const body = { fleet: ONE_MODEL_FLEET };
      const answer = await served.send("/api/plan", body, { headers: { "content-type": type } });
      expect([answer.status, codeOf(answer.body)]).toEqual([415, "wrong-type"]);
    },
  );

  test("a cross-origin POST is refused before it is read, and its preflight is given nothing", async () => {
    const headers = { origin: "https://evil.example" };
    const post = await served.send("/api/plan", { fleet: ONE_MODEL_FLEET }, { headers });
    expect([post.status, codeOf(post.body)]).toEqual([403, "wrong-origin"]);
    const preflight = await served.ask("/api/plan", { method: "OPTIONS", headers });
    expect(preflight.status).toBe(403);
    expect(
      Object.keys(preflight.headers).filter((name) => name.startsWith("access-control")),
    ).toEqual([]);
  });
});

describe("what is answered", () => {
  test("every answer, refusals too, carries the policy and its company", async () => {
    for (const path of ["/", "/nothing", "/api/session", "/assets/main-0123abcd.js"]) {
      const { headers } = await served.ask(path);
      expect(headers).toMatchObject({
        "content-security-policy":
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
      });
    }
  });

  test.each([
    { path: "/", type: "text/html; charset=utf-8", cache: "no-cache" },
    { path: "/index.html", type: "text/html; charset=utf-8", cache: "no-cache" },
    {
      path: "/assets/main-0123abcd.js",
      type: "text/javascript; charset=utf-8",
      cache: "public, max-age=31536000, immutable",
    },
    {
      path: "/assets/solver-0123abcd.wasm",
      type: "application/wasm",
      cache: "public, max-age=31536000, immutable",
    },
    { path: "/api/session", type: "application/json", cache: "no-store" },
  ])("$path is $type, $cache", async ({ path, type, cache }) => {
    const { status, headers } = await served.ask(path);
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, type, cache]);
  });

  test.each([
    "/.secret",
    "/%2e%2e/csp.json",
    "/..%2fcsp.json",
    "/assets/",
    "/api/nothing",
    "/api/files/../../csp.json",
    "//csp.json",
    "/%00",
  ])("there is nothing at %s", async (path) => {
    const answer = await served.ask(path);
    expect([answer.status, codeOf(answer.body)]).toEqual([404, "not-found"]);
  });

  test("the session says what is open", async () => {
    const { body } = await served.ask("/api/session");
    expect(JSON.parse(body)).toEqual({
      schema: "berth/session@1",
      version: "0.0.0",
      folder: join(folder, "work"),
      fleetFile: {
        name: "fleet.yaml",
        text: ONE_MODEL_FLEET,
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      },
      inventorySources: ["local"],
    });
  });
});

describe("files of the folder", () => {
  test("those of ours are listed, without what is hidden or leads out", async () => {
    const { body } = await served.ask("/api/files");
    expect(JSON.parse(body)).toEqual({
      files: [
        { name: "fleet.yaml", kind: "fleet", bytes: ONE_MODEL_FLEET.length },
        { name: "tiny/config.json", kind: "config", bytes: TINY_CONFIG.length },
        { name: "weights/model.gguf", kind: "gguf", bytes: 14 },
      ],
      isCut: false,
    });
  });

  test("a text is read whole, as text whatever it is; a link within the folder is followed", async () => {
    for (const name of ["tiny/config.json", "tiny%2Fconfig.json", "inside.json"]) {
      const { status, headers, body } = await served.ask(`/api/files/${name}`);
      expect([status, headers["content-type"], body]).toEqual([
        200,
        "text/plain; charset=utf-8",
        TINY_CONFIG,
      ]);
    }
  });

  test.each([
    "../outside/secret.json",
    "..%2foutside%2fsecret.json",
    "%2e%2e/outside/secret.json",
    "%252e%252e%252foutside/secret.json",
    "tiny/..%2f..%2foutside/secret.json",
    "link/secret.json",
    "linked.json",
    "env.json",
    ".env",
    ".hidden/plan.json",
    "%2fetc%2fhostname.json",
    "fleet.yaml%00.json",
    "..%5coutside%5csecret.json",
    "notes.md",
    "tiny",
    "nowhere.json",
    "%E0%A4%A",
  ])("%s is not given", async (name) => {
    const { status, body } = await served.ask(`/api/files/${name}`);
    expect([404, 422]).toContain(status);
    expect(body).not.toMatch(/secret":|KEY=1|^127|models:/);
    expect(messageOf(body)).not.toContain(folder);
  });

  test.each([
    { range: "bytes=0-3", status: 206, body: "GGUF", says: "bytes 0-3/14" },
    { range: "bytes=10-99", status: 206, body: "6789", says: "bytes 10-13/14" },
    { range: "bytes=14-20", status: 416 },
    { range: "bytes=-4", status: 416 },
    { range: "bytes=5-3", status: 416 },
    { range: "bytes=0-99999999", status: 206, body: "GGUF0123456789", says: "bytes 0-13/14" },
    { range: undefined, status: 416 },
  ])("$range of a GGUF file: $status", async ({ range, status, body, says }) => {
    const headers = range === undefined ? {} : { range };
    const answer = await served.ask("/api/files/weights/model.gguf", { headers });
    expect([answer.status, answer.headers["content-range"]]).toEqual([status, says]);
    if (body !== undefined) {
      expect(answer.body).toBe(body);
    }
  });
});

describe("too much, too slow", () => {
  test("a body above the limit is refused, declared or in pieces", async () => {
    const large = JSON.stringify({ fleet: "x".repeat(1_100_000) });
    const headers = { "content-type": "application/json" };
    const declared = await served.ask("/api/plan", { method: "POST", headers, body: large });
    expect([declared.status, codeOf(declared.body)]).toEqual([413, "too-large"]);
    const status = await new Promise((resolve, reject) => {
      const sent = request({
        host: "127.0.0.1",
        port: served.port,
        path: "/api/plan",
        method: "POST",
        headers: { ...headers, authorization: `Bearer ${served.token}` },
      });
      sent.on("response", (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject);
      sent.write(large);
      sent.end(large);
    });
    expect(status).toBe(413);
  });

  test("a body that does not come within the limit ends the connection", async () => {
    const text = await new Promise<string>((resolve) => {
      const socket = connect(served.port, "127.0.0.1", () => {
        socket.write(
          `POST /api/plan HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${served.token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"fleet`,
        );
      });
      let got = "";
      socket.on("data", (chunk) => {
        got += chunk.toString();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(got));
    });
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect((await served.ask("/api/session")).status).toBe(200);
  });

  test("headers above the limit are refused", async () => {
    const headers = { "x-large": "x".repeat(20_000) };
    expect((await served.ask("/api/session", { headers })).status).toBe(431);
  });
});
