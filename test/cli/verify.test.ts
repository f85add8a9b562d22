import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const LOG = `[TRT-LLM] [I] Memory used after loading model weights (inside torch) in memory usage profiling: 2.30 GiB
[TensorRT-LLM][INFO] [MemUsageChange] Allocated 0.06 GiB for max tokens in paged KV cache (2080).
[TensorRT-LLM][INFO] [MemUsageChange] Allocated 0.50 GiB for max tokens in paged KV cache (16384).
`;
const cwd = folderWith({
  "fleet.yaml": ONE_MODEL_FLEET,
  "chat.log": LOG,
  "small.log": LOG.replace("(16384)", "(8192)"),
  "failed.log": `${LOG}RuntimeError: CUDA error: out of memory\n`,
  "empty.log": "nothing\n",
  "none.csv":
    "index, name, uuid, memory.total [MiB], memory.used [MiB], compute_cap\n0, NVIDIA GeForce RTX 4090, GPU-00000000-0000-0000-0000-000000000000, 24564 MiB, 10 MiB, 8.9\n",
});

const server = createServer(({ url }, response) => {
  const blocks = url === "/metrics" ? 512 : 2;
  response.end(JSON.stringify([{ kvCacheStats: { maxNumBlocks: blocks, tokensPerBlock: 32 } }]));
});
let base = "";

beforeAll(async () => {
  await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

describe("0 inside the bounds, 1 outside them", () => {
  test("a log as planned", async () => {
    const { code, stdout, stderr } = await berth(["verify", "plan.json", "--log", "chat.log"], {
      cwd,
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /weights +2\.\d\d +2\.30 +2\.\d\d +2\.30 +[+-]?0\.00 +inside +chat.log:1/,
    );
    expect(stdout).toMatch(/kv-tokens +16,352 +16,384 +16,416 +16,384 +0 +inside +chat.log:3/);
    expect(stdout).toMatch(/not measured: activations, context/);
  });

  test("a KV cache that came out too small, as JSON and from stdin", async () => {
    const args = ["verify", "plan.json", "--log", "chat=-", "--json"];
    const { code, stdout } = await berth(args, { cwd, input: LOG.replace("(16384)", "(8192)") });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "berth/verify@1",
      holds: false,
      outside: 1,
    });
  });

  test("an engine that failed, with its meaning", async () => {
    const { code, stdout } = await berth(["verify", "plan.json", "--log", "failed.log"], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /chat failed: The card had less free memory than the engine asked for\./,
    );
    expect(stdout).toMatch(/line 4: RuntimeError: CUDA error: out of memory/);
  });

  test("a card on which nothing runs", async () => {
    const { code, stdout } = await berth(["verify", "plan.json", "--inventory", "none.csv"], {
      cwd,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/used +\d\.\d\d +\d\.\d\d +\d\.\d\d +0.01 +-\d\.\d\d +below +none/);
  });

  test("metrics of an engine that runs", async () => {
    const run = (path: string) =>
      berth(["verify", "plan.json", "--metrics", `${base}${path}`], { cwd });
    expect(await run("/metrics")).toMatchObject({ code: 0, stderr: "" });
    expect(await run("/small")).toMatchObject({ code: 1, stderr: "" });
  });
});

test("a server that is not there is exit code 3", async () => {
  const run = await berth(["verify", "plan.json", "--metrics", "http://127.0.0.1:2/metrics"], {
    cwd,
  });
  expect([run.code, run.stdout]).toEqual([3, ""]);
  expect(oneSentence(run)).toMatch(/^http:\/\/127.0.0.1:2\/metrics: 127.0.0.1:2 can't be reached/);
});

describe("bad input is one sentence and exit code 2", () => {
  test.each([
    { args: [], says: "expected PLAN; see berth verify --help" },
    { args: ["plan.json", "--log", "nowhere.log"], says: "nowhere.log: no such file" },
    { args: ["plan.json", "--log", "."], says: ".: expected a file, got a folder" },
    {
      args: ["plan.json", "--log", "chta=chat.log"],
      says: '--log: expected one of chat before "=", got "chta"',
    },
    {
      args: ["plan.json", "--log", "chat#2=chat.log"],
      says: /^--log: expected one of chat before "="/,
    },
    {
      args: ["plan.json", "--log", "empty.log"],
      says: "empty.log: expected the log of an engine's start, found nothing on memory in 1 lines",
    },
    {
      args: ["plan.json", "--log", "chat.log", "--log", "small.log"],
      says: /^small.log: expected one log an engine, got chat.log/,
    },
    { args: ["-", "--log", "-"], says: "stdin (-) can be read once only" },
    {
      args: ["plan.json", "--metrics", "file:///etc/passwd"],
      says: /^--metrics: expected a URL such as/,
    },
    { args: ["chat.log"], says: /^chat.log: / },
  ])("$args", async ({ args, says }) => {
    const run = await berth(["verify", ...args], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});
