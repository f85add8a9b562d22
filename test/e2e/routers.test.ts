import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StandIn, startStandIn } from "../support/openai-stand-in.ts";
import { type RunningRouter, startRouter, until } from "../support/running-router.ts";
import { describeWith } from "../support/tools.ts";

const ROUTERS = [
  { id: "haproxy", tool: "haproxy" },
  { id: "nginx", tool: "nginx with njs" },
] as const;

const chat = (model: unknown, more: object = {}): string =>
  JSON.stringify({ messages: [{ role: "user", content: "?" }], model, ...more });

const servedBy = async (answer: Response): Promise<unknown> =>
  ((await answer.json()) as { readonly servedBy: unknown }).servedBy;

for (const { id, tool } of ROUTERS) {
  describeWith(tool, `${id} in front of stand-in servers`, () => {
    const servers: Record<"small" | "large" | "r0" | "r1", StandIn> = {} as never;
    let router: RunningRouter;

    beforeAll(async () => {
      for (const name of ["small", "large", "r0", "r1"] as const) {
        servers[name] = await startStandIn(name);
      }
      router = await startRouter(
        [
          { model: "org/small", server: servers.small },
          { model: "large", server: servers.large },
          { model: "twice", server: servers.r0, kvTokens: 98_304 },
          { model: "twice", server: servers.r1, kvTokens: 32_768 },
        ],
        { id, aliases: [{ name: "gpt-4o", model: "large" }] },
      );
    });
    afterAll(async () => {
      await router.stop();
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    });

    test.each([
      { model: "org/small", by: "small" },
      { model: "large", by: "large" },
      { model: "gpt-4o", by: "large" },
    ])("a request for $model reaches $by", async ({ model, by }) => {
      expect(await servedBy(await router.post(chat(model)))).toBe(by);
    });

    test("a slash that JSON escapes is a slash", async () => {
      expect(await servedBy(await router.post(String.raw`{"model":"org\/small"}`))).toBe("small");
    });

    test("the model is found behind a prompt of 500 kB, and all of it arrives", async () => {
      const body = chat("large", { messages: [{ role: "user", content: "x".repeat(500_000) }] });
      expect(body.indexOf('"model"')).toBeGreaterThan(500_000);
      expect(await servedBy(await router.post(body))).toBe("large");
      expect(servers.large.received.at(-1)?.bytes).toBe(body.length);
    });

    test("only the model at the top counts", async () => {
      const body = chat("large", { metadata: { model: "org/small" } });
      expect(await servedBy(await router.post(body))).toBe("large");
    });

    test("a stream arrives piece by piece, each before the server writes the next", async () => {
      const answer = await router.post(chat("large", { stream: true }));
      expect(answer.headers.get("content-type")).toContain("text/event-stream");
      const reader = answer.body?.getReader();
      const piece = async (): Promise<string> =>
        new TextDecoder().decode((await reader?.read())?.value);
      expect(await piece()).toBe("data: large\n\n");
      for (const text of ["one", "two", "three"]) {
        servers.large.release(text);
        expect(await piece()).toBe(`data: ${text}\n\n`);
      }
      servers.large.finish();
      expect(await piece()).toBe("data: [DONE]\n\n");
    });

    test("open requests are shared by weight: three to one", async () => {
      const before = [servers.r0, servers.r1].map(({ received }) => received.length);
      const count = (): number => servers.r0.received.length + servers.r1.received.length;
      const answers: Response[] = [];
      for (let sent = 1; sent <= 40; sent += 1) {
        const expected = count() + 1;
        answers.push(await router.post(chat("twice", { stream: true })));
        await until(() => count() === expected);
      }
      const got = [servers.r0, servers.r1].map(
        ({ received }, at) => received.length - (before[at] ?? 0),
      );
      servers.r0.finish();
      servers.r1.finish();
      await Promise.all(answers.map((answer) => answer.text()));
      expect(got).toEqual([30, 10]);
    });

    test("an unknown model is answered as OpenAI does", async () => {
      const answer = await router.post(chat('no "such" model'));
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({
        error: {
          message: 'there is no model "no "such" model" here; GET /v1/models lists them',
          type: "invalid_request_error",
          param: null,
          code: "model_not_found",
        },
      });
    });

    test.each([
      { what: "no model", body: '{"messages":[]}' },
      { what: "no JSON", body: "model=large" },
      { what: "nothing", body: "" },
      { what: "a number", body: '{"model":[5]}' },
    ])("$what in the body is a bad request", async ({ body }) => {
      const answer = await router.post(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { type: "invalid_request_error" } });
    });

    test("the models are listed with their other names", async () => {
      const answer = await router.get("/v1/models");
      const { data } = (await answer.json()) as {
        readonly data: readonly { readonly id: string }[];
      };
      expect(data.map((each) => each.id)).toEqual(["org/small", "large", "gpt-4o", "twice"]);
    });

    test("other paths of the servers can't be reached", async () => {
      const answer = await router.get("/metrics");
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { type: "invalid_request_error" } });
    });
  });

  describeWith(tool, `${id} when servers fail`, () => {
    let servers: [StandIn, StandIn];
    let router: RunningRouter;
    beforeAll(async () => {
      servers = [await startStandIn("first"), await startStandIn("second")];
      router = await startRouter(
        servers.map((server) => ({ model: "twice", server })),
        { id },
      );
    });
    afterAll(async () => {
      await router.stop();
      await Promise.all(servers.map((server) => server.stop()));
    });
    const ask = (): Promise<Response> => router.post(chat("twice"));
    /** Where the server closes a connection just as a request goes down it, HAProxy closes the client's, which then asks anew. */
    const askAnew = (): Promise<Response> => ask().catch(ask);

    test("a request that a server has read is not sent to another", async () => {
      const [first, second] = servers;
      const count = (): number => first.received.length + second.received.length;
      const before = count();
      first.setMode("cut");
      second.setMode("cut");
      const answer = await ask();
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({ error: { code: "model_unavailable" } });
      expect(count()).toBe(before + 1);
      first.setMode("answer");
      second.setMode("answer");
    });

    test("a dead server is left out: every request is answered by the other", async () => {
      await servers[0].stop();
      const answers: unknown[] = [];
      for (let sent = 0; sent < 20; sent += 1) {
        answers.push(await servedBy(await askAnew()));
      }
      expect(new Set(answers)).toEqual(new Set(["second"]));
    });

    test("without any server the answer says so", async () => {
      await servers[1].stop();
      const answer = await askAnew();
      expect([502, 503]).toContain(answer.status);
      expect(await answer.json()).toMatchObject({ error: { code: "model_unavailable" } });
    });
  });

  describeWith(tool, `${id} with keys`, () => {
    let server: StandIn;
    let router: RunningRouter;
    beforeAll(async () => {
      server = await startStandIn("only");
      router = await startRouter(
        [{ model: "m", server }],
        { id },
        {
          BERTH_ROUTER_KEY: "for-clients $x",
          BERTH_SERVER_KEY: "for-servers",
        },
      );
    });
    afterAll(async () => {
      await router.stop();
      await server.stop();
    });

    test.each([
      { authorization: undefined },
      { authorization: "Bearer other" },
      { authorization: "Bearer for-clients $x2" },
      { authorization: "for-clients $x" },
    ])("$authorization is refused, for the list of models too", async ({ authorization }) => {
      const headers = authorization === undefined ? {} : { authorization };
      for (const answer of [
        await router.post(chat("m"), headers),
        await router.get("/v1/models", headers),
      ]) {
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({ error: { code: "invalid_api_key" } });
      }
    });

    test("the right key is taken, and the server gets its own", async () => {
      const headers = { authorization: "Bearer for-clients $x" };
      expect(await servedBy(await router.post(chat("m"), headers))).toBe("only");
      expect(server.received.at(-1)?.authorization).toBe("Bearer for-servers");
    });
  });
}

describeWith("haproxy", "haproxy's health checks", () => {
  let servers: [StandIn, StandIn];
  let router: RunningRouter;
  beforeAll(async () => {
    servers = [await startStandIn("well"), await startStandIn("ill")];
    servers[1].setHealth(503);
    router = await startRouter(
      servers.map((server) => ({ model: "twice", server })),
      { id: "haproxy" },
    );
  });
  afterAll(async () => {
    await router.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  describe("a server that says that it is not ready", () => {
    test("gets no request once its checks have failed", async () => {
      await until(() => servers[1].checks() >= 3);
      for (let sent = 0; sent < 10; sent += 1) {
        expect(await servedBy(await router.post(chat("twice")))).toBe("well");
      }
      expect(servers[1].received).toEqual([]);
    });
  });
});
