import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { tinyLlama } from "../fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../fixtures/gguf/write-gguf.ts";
import { CONFIG } from "../fixtures/safetensors/two-shards.ts";
import { safetensorsFile } from "../fixtures/safetensors/write-safetensors.ts";
import { CHECKPOINT, ENGINE } from "../fixtures/trtllm/configs.ts";
import { berth, type Ended, folderWith, oneSentence, type RunOptions } from "./run-berth.ts";

type Row = readonly [name: string, dtype: string, shape: readonly number[], bytes: number];
const bf16 = (name: string, ...shape: number[]): Row => [
  name,
  "BF16",
  shape,
  2 * shape.reduce((product, n) => product * n, 1),
];

/** The config's tensors in two files. */
const FIRST = [bf16("model.embed_tokens.weight", 96, 64), bf16("lm_head.weight", 96, 64)];
const SECOND = [
  bf16("model.norm.weight", 64),
  ...["q_proj", "o_proj"].map((name) => bf16(`model.layers.0.self_attn.${name}.weight`, 64, 64)),
  ...["k_proj", "v_proj"].map((name) => bf16(`model.layers.0.self_attn.${name}.weight`, 32, 64)),
  ...["gate_proj", "up_proj", "down_proj"].map((name) =>
    bf16(`model.layers.0.mlp.${name}.weight`, 128, 64),
  ),
  ...["input_layernorm", "post_attention_layernorm"].map((name) =>
    bf16(`model.layers.0.${name}.weight`, 64),
  ),
];
const BYTES = [...FIRST, ...SECOND].reduce((sum, [, , , bytes]) => sum + bytes, 0);

const INDEX = {
  metadata: { total_size: BYTES },
  weight_map: Object.fromEntries([
    ...FIRST.map(([name]) => [name, "model-00001-of-00002.safetensors"]),
    ...SECOND.map(([name]) => [name, "model-00002-of-00002.safetensors"]),
  ]),
};

const ON_4090 = ["--gpu", "rtx-4090", "--max-seq-len", "1024", "--max-batch-size", "4", "--json"];

function estimate(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const env = { HF_HUB_OFFLINE: "1", ...options.env };
  return berth(["estimate", ...args, ...ON_4090], { ...options, env });
}

interface Answer {
  readonly quantization: string;
  readonly warnings: readonly string[];
  readonly maxBatchSize: number;
  readonly engine: { readonly id: string };
  readonly ranks: readonly { readonly terms: readonly { id: string; bytes: number }[] }[];
}

function answerOf({ stdout }: Ended): Answer & { readonly weights: readonly number[] } {
  const answer = JSON.parse(stdout) as Answer;
  const weights = answer.ranks.map(
    ({ terms }) => terms.find(({ id }) => id === "weights")?.bytes ?? 0,
  );
  return { ...answer, weights };
}

function binary(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, path), bytes);
  }
}

describe("a .gguf file", () => {
  const cwd = folderWith({ "split/readme.txt": "", "both/readme.txt": "", "one/readme.txt": "" });
  const parts = tinyLlama();
  const whole = ggufFile(parts);
  binary(cwd, {
    "m.gguf": whole,
    "odd-name": whole,
    "one/m.gguf": whole,
    "both/a.gguf": whole,
    "both/b.gguf": whole,
    "cut.gguf": whole.slice(0, 1500),
    "short.gguf": whole.slice(0, -9),
    "split/m-00001-of-00002.gguf": ggufFile({ ...parts, tensors: parts.tensors.slice(0, 7) }),
    "split/m-00002-of-00002.gguf": ggufFile({ metadata: {}, tensors: parts.tensors.slice(7) }),
    "lone-00001-of-00002.gguf": whole,
  });
  const bytes = parts.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);

  test.each(["m.gguf", "odd-name", "one", "split/m-00001-of-00002.gguf", "split"])(
    "%s: every byte of its table is weights",
    async (model) => {
      const answer = answerOf(await estimate([model], { cwd }));
      expect(answer).toMatchObject({ quantization: "gguf", weights: [bytes] });
    },
  );

  test.each([
    [
      "cut.gguf",
      /^cut.gguf: its header goes on where the file ends, after 1500 bytes: it is cut short$/,
    ],
    ["short.gguf", /^short.gguf: .*its data ends 9 bytes after the file: it is cut short$/],
    ["both", /^both: expected one .gguf file in it, found 2: name one of them, such as a.gguf$/],
    ["lone-00001-of-00002.gguf", /expected all 2 parts, found no lone-00002-of-00002.gguf$/],
    ["none.gguf", /^none.gguf: no such file; expected a config.json, a .gguf/],
  ])("%s: one sentence", async (model, says) => {
    const run = await estimate([model], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });

  test("gguf of another model is refused", async () => {
    const run = await estimate(["Qwen/Qwen2-7B", "--quantization", "gguf"], { cwd });
    expect(oneSentence(run)).toMatch(/quantization: expected gguf for a .gguf file only/);
  });
});

describe("a folder with safetensors files", () => {
  const json = (value: unknown): string => JSON.stringify(value);
  const cwd = folderWith({
    "whole/config.json": json(CONFIG),
    "sharded/config.json": json(CONFIG),
    "sharded/model.safetensors.index.json": json(INDEX),
    "partial/config.json": json(CONFIG),
    "partial/model.safetensors.index.json": json(INDEX),
    "pointer/config.json": json(CONFIG),
    "pointer/model.safetensors":
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "fatter/config.json": json(CONFIG),
    "broken/config.json": json(CONFIG),
    "bare/readme.txt": "",
    "escape/config.json": json(CONFIG),
    "escape/model.safetensors.index.json": json({
      weight_map: { a: "../whole/model.safetensors" },
    }),
  });
  binary(cwd, {
    "whole/model.safetensors": safetensorsFile([...FIRST, ...SECOND]),
    "sharded/model-00001-of-00002.safetensors": safetensorsFile(FIRST),
    "sharded/model-00002-of-00002.safetensors": safetensorsFile(SECOND),
    "partial/model-00001-of-00002.safetensors": safetensorsFile(FIRST),
    "fatter/model.safetensors": safetensorsFile([
      ...FIRST,
      ...SECOND,
      bf16("model.layers.0.mlp.extra_proj.weight", 128, 64),
    ]),
    "broken/model.safetensors": safetensorsFile(FIRST).slice(0, -1),
    "bare/model.safetensors": safetensorsFile(FIRST),
  });

  test.each([
    "whole",
    "whole/config.json",
    "whole/model.safetensors",
    "sharded",
    "sharded/model-00002-of-00002.safetensors",
    "pointer",
  ])("%s: the files agree with the config", async (model) => {
    const answer = answerOf(await estimate([model], { cwd }));
    expect(answer).toMatchObject({ weights: [BYTES], warnings: [] });
  });

  test("files that hold more than the config says are believed", async () => {
    const answer = answerOf(await estimate(["fatter"], { cwd }));
    expect(answer.weights).toEqual([BYTES + 2 * 128 * 64]);
    expect(answer.warnings.join()).toMatch(/safetensors headers give .*: the files are taken/);
  });

  test("shards that are missing leave it to the arithmetic", async () => {
    const answer = answerOf(await estimate(["partial"], { cwd }));
    expect(answer.weights).toEqual([BYTES]);
    expect(answer.warnings.join()).toContain("1 of the 2 files that its index names are not there");
  });

  test.each([
    ["broken", /^model.safetensors: lm_head.weight.data_offsets: .*: the file is cut short$/],
    ["bare/model.safetensors", /holds tensors only; expected the model's config.json beside it$/],
    [
      "escape",
      /weight_map: expected up to 10000 files of the same folder, got "..\/whole\/model.saf/,
    ],
  ])("%s: one sentence", async (model, says) => {
    const run = await estimate([model], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});

describe("a TensorRT-LLM folder", () => {
  const cwd = folderWith({
    "engine/config.json": JSON.stringify(ENGINE),
    "checkpoint/config.json": JSON.stringify(CHECKPOINT),
    "half/config.json": JSON.stringify(ENGINE),
  });
  binary(cwd, {
    "engine/rank0.engine": new Uint8Array(60_000_000),
    "engine/rank1.engine": new Uint8Array(61_000_000),
    "checkpoint/rank0.safetensors": safetensorsFile([bf16("a", 30_000_000)]),
    "checkpoint/rank1.safetensors": safetensorsFile([bf16("a", 30_000_000)]),
    "half/rank0.engine": new Uint8Array(10),
  });

  test("an engine has its ranks, limits and file sizes", async () => {
    const answer = answerOf(await estimate(["engine"], { cwd }));
    expect(answer).toMatchObject({
      engine: { id: "tensorrt-llm-engine" },
      maxBatchSize: 4,
      maxNumTokens: 4096,
      weights: [61_000_000, 61_000_000],
    });
  });

  test("a checkpoint has its ranks and tensors", async () => {
    const answer = answerOf(await estimate(["checkpoint"], { cwd }));
    expect(answer.weights).toEqual([60_000_000, 60_000_000]);
  });

  test.each([
    [["engine", "--tp", "1"], /tp: expected 2, for which the engine was built, got 1$/],
    [["half"], /^half\/config.json: expected 2 rank files for tp 2 and pp 1, found 1$/],
  ])("%j: one sentence", async (args, says) => {
    const run = await estimate(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});

describe("a Hub", () => {
  const COMMIT = "0123456789abcdef0123456789abcdef01234567";
  const files: Readonly<Record<string, Uint8Array>> = {
    "config.json": new TextEncoder().encode(JSON.stringify(CONFIG)),
    "model.safetensors.index.json": new TextEncoder().encode(JSON.stringify(INDEX)),
    "model-00001-of-00002.safetensors": safetensorsFile(FIRST),
    "model-00002-of-00002.safetensors": safetensorsFile(SECOND),
    "m.gguf": ggufFile(tinyLlama()),
  };
  const asked: { url: string; range?: string; token?: string }[] = [];
  let ignoresRanges = false;

  const hub = createServer((request, response) => {
    const { range, authorization } = request.headers;
    const url = request.url ?? "";
    asked.push({ url, ...(range && { range }), ...(authorization && { token: authorization }) });
    const [, owner, , , revision, name = ""] = url.split("/");
    if (owner === "gated" && authorization !== "Bearer secret") {
      response.writeHead(401).end();
    } else if (owner === "slow") {
      response.writeHead(200, { "content-length": "99" }); // and nothing more
    } else if (owner === "moved") {
      response.writeHead(302, { location: `${storage()}/o/m/resolve/${revision}/${name}` }).end();
    } else {
      send(request, response, name);
    }
  });
  // where the Hub redirects to: another origin, which must not see the token
  const store = createServer((request, response) => {
    const { authorization } = request.headers;
    asked.push({ url: `store:${request.url}`, ...(authorization && { token: authorization }) });
    send(request, response, (request.url ?? "").split("/").at(-1) ?? "");
  });

  function send(request: IncomingMessage, response: ServerResponse, name: string): void {
    const body = files[name];
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${name}"`;
    if (request.headers["if-none-match"] === etag) {
      response.writeHead(304).end();
      return;
    }
    const headers = { etag, "x-repo-commit": COMMIT };
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    if (from === undefined || ignoresRanges) {
      response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
      return;
    }
    const part = body.slice(Number(from), Number(to) + 1);
    const end = Number(from) + part.length - 1;
    response.writeHead(206, { ...headers, "content-range": `bytes ${from}-${end}/${body.length}` });
    response.end(part);
  }

  const addressOf = (server: typeof hub): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const storage = (): string => addressOf(store);

  beforeEach(async () => {
    for (const server of [hub, store].filter((one) => !one.listening)) {
      await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    }
    asked.length = 0;
    ignoresRanges = false;
  });
  afterAll(() => {
    for (const server of [hub, store]) {
      server.closeAllConnections();
      server.close();
    }
  });

  const ask = (model: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    const cache = env["BERTH_CACHE_DIR"] ?? folderWith();
    const settings = { HF_ENDPOINT: addressOf(hub), HF_HUB_OFFLINE: "", BERTH_CACHE_DIR: cache };
    return estimate([model], { env: { ...settings, ...env } });
  };

  test("a model is read from its config, index and headers, by ranges", async () => {
    const answer = answerOf(await ask("o/m"));
    expect(answer).toMatchObject({ weights: [BYTES], warnings: [] });
    expect(asked[0]?.url).toBe("/o/m/resolve/main/config.json");
    // the rest is asked side by side, and may come in any order
    expect(asked.map(({ url, range }) => [url, range]).toSorted()).toEqual([
      [`/o/m/resolve/${COMMIT}/hf_quant_config.json`, undefined],
      [`/o/m/resolve/${COMMIT}/model-00001-of-00002.safetensors`, "bytes=0-262143"],
      [`/o/m/resolve/${COMMIT}/model-00002-of-00002.safetensors`, "bytes=0-262143"],
      [`/o/m/resolve/${COMMIT}/model.safetensors.index.json`, undefined],
      ["/o/m/resolve/main/config.json", undefined],
    ]);
  });

  test("what a commit holds is asked for once, and needs no network later", async () => {
    const BERTH_CACHE_DIR = folderWith();
    await ask("o/m", { BERTH_CACHE_DIR });
    asked.length = 0;
    expect(answerOf(await ask("o/m", { BERTH_CACHE_DIR })).weights).toEqual([BYTES]);
    expect(asked.map(({ url }) => url)).toEqual(["/o/m/resolve/main/config.json"]);
    const offline = await ask("o/m", { BERTH_CACHE_DIR, HF_HUB_OFFLINE: "1" });
    expect(answerOf(offline).weights).toEqual([BYTES]);
    expect(answerOf(offline).warnings.join()).toContain("its Hub can't be reached");
  });

  test("a server that ignores ranges is read as far as needed", async () => {
    ignoresRanges = true;
    expect(answerOf(await ask("o/m")).weights).toEqual([BYTES]);
  });

  test("HF_TOKEN goes to the Hub, and not where it redirects to", async () => {
    expect(answerOf(await ask("moved/m", { HF_TOKEN: "secret" })).weights).toEqual([BYTES]);
    expect(asked.filter(({ url }) => url.startsWith("store:")).length).toBeGreaterThan(0);
    for (const { url, token } of asked) {
      expect(token).toBe(url.startsWith("store:") ? undefined : "Bearer secret");
    }
  });

  test("a gated model is read with the right token", async () => {
    expect(answerOf(await ask("gated/m", { HF_TOKEN: "secret" })).weights).toEqual([BYTES]);
  });

  test("a .gguf file behind a URL is read from its header", async () => {
    const answer = answerOf(await ask(`${addressOf(hub)}/o/m/resolve/main/m.gguf`));
    expect(answer.quantization).toBe("gguf");
  });

  test.each([
    [
      "gated/m",
      { HF_TOKEN: "se\ncret" },
      /^HF_TOKEN: expected a token of letters, digits and signs, got one with other characters in it$/,
    ],
    ["gated/m", {}, /^gated\/m: 127.0.0.1:\d+ refuses it \(status 401\): .* HF_TOKEN must hold/],
    [
      "o/m",
      { HF_ENDPOINT: "http://127.0.0.1:59" },
      /^o\/m: neither a model .*127.0.0.1:59 can't be reached \(ECONNREFUSED\); any model/,
    ],
    [
      "o/m",
      { HF_ENDPOINT: "ftp://x" },
      /^HF_ENDPOINT: expected an http or https URL, got "ftp:\/\/x"$/,
    ],
    [
      "o/m",
      { HF_HUB_OFFLINE: "1" },
      /HF_HUB_OFFLINE is set; any model can be given as its config.json$/,
    ],
  ])("%s %j: one sentence", async (model, env, says) => {
    const run = await ask(model, env);
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});
