import { describe, expect, test } from "vitest";
import { TINY_CONFIG } from "./fixtures.ts";
import { berth, folderWith, oneSentence, shell } from "./run-berth.ts";

const ON_4090 = ["--gpu", "rtx-4090", "--max-seq-len", "2048", "--max-batch-size", "8"];

describe("a card for each rank", () => {
  const LLAMA = "meta-llama/Llama-3.2-3B";
  const gpusOf = (stdout: string): readonly string[] =>
    JSON.parse(stdout).ranks.map(({ gpu }: { readonly gpu: string }) => gpu);

  test.each([
    [["--gpu", "rtx-3090,rtx-4090"]],
    [["--gpu", "rtx-3090", "--gpu", "rtx-4090"]],
    [["--gpu", "1xrtx-3090,1xrtx-4090"]],
  ])("%o", async (gpus) => {
    const on = [...gpus, "--pp", "2", "--used-mib", "512,0", "--pp-partition", "12,16"];
    const run = await berth(["estimate", LLAMA, ...on, "--max-seq-len", "2k", "--json"]);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    expect(gpusOf(run.stdout)).toEqual(["rtx-3090", "rtx-4090"]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      options: { ppPartition: [12, 16] },
      ranks: [{ layers: 12 }, { layers: 16 }],
    });
  });

  test("llama.cpp needs no --pp, and says how many layers each card gets", async () => {
    const on = ["--engine", "llama.cpp", "--gpu", "2xrtx-3090", "--tensor-split", "3,1"];
    const { code, stdout } = await berth(["estimate", LLAMA, ...on, "--max-seq-len", "2k"]);
    expect(code).toBe(0);
    // 28 layers and the output: slots i of 29 with i < 29 · 3/4 = 21.75
    expect(stdout).toMatch(/rank 0 on rtx-3090, .* GiB, 22 layers\n[\s\S]*rank 1 .*, 6 layers\n/);
  });

  test.each([
    [["--gpu", "rtx-3090,rtx-4090"], /gpu: expected one card/],
    [["--gpu", "rtx-3090", "--used-mib", "1,x"], /--used-mib: expected whole numbers/],
    [["--gpu", "rtx-3090", "--used-mib", "1,"], /--used-mib: expected whole numbers/],
    [["--gpu", "rtx-3090", "--pp-partition", "1.5"], /--pp-partition: expected whole numbers/],
    [["--gpu", "rtx-3090", "--tensor-split", "a"], /--tensor-split: expected numbers/],
    [["--gpu", "rtx-3090", "--tp", "2", "--tp", "4"], /--tp is given twice/],
  ])("%o is refused in one sentence", async (on, sentence) => {
    const run = await berth(["estimate", LLAMA, ...on]);
    expect(run.code).toBe(2);
    expect(oneSentence(run)).toMatch(sentence);
  });

  test("a batch line takes text or a list", async () => {
    const lines = [
      { gpu: "rtx-3090,rtx-4090", pp: 2 },
      { gpu: ["rtx-3090", "rtx-4090"], pp: 2, usedMiB: [0, 100] },
      { gpu: ["rtx-3090", 7], pp: 2 },
      { gpu: "rtx-3090", engine: "llama.cpp", tensorSplit: ["a"] },
      { gpu: "rtx-3090", ppPartition: 28 },
    ];
    const input = lines.map((line) => JSON.stringify({ model: LLAMA, ...line })).join("\n");
    const { stdout } = await berth(["estimate", "--batch", "-", "--json"], { input });
    const answers = stdout.trim().split("\n");
    expect(answers.slice(0, 2).map(gpusOf)).toEqual([
      ["rtx-3090", "rtx-4090"],
      ["rtx-3090", "rtx-4090"],
    ]);
    expect(answers.slice(2).map((text) => JSON.parse(text).error.message)).toEqual([
      'stdin: line 3: gpu: expected text, or a list of it, got ["rtx-3090",7]',
      'stdin: line 4: tensorSplit: expected a list of numbers of at least 0, got ["a"]',
      "stdin: line 5: ppPartition: expected a list of whole numbers of at least 1, got 28",
    ]);
  });
});

describe("one model", () => {
  test("--json is one document, and nothing else is printed", async () => {
    const run = await berth(["estimate", "meta-llama/Llama-3.2-1B", ...ON_4090, "--json"]);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    const document = JSON.parse(run.stdout);
    expect(document).toMatchObject({
      schema: "berth/estimate@1",
      model: { parameters: { total: 1_235_814_400 } },
      fits: true,
    });
  });

  test("without --json, people get a table", async () => {
    const { code, stdout } = await berth(["estimate", "meta-llama/Llama-3.2-1B", ...ON_4090]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/weights +2\.30 GiB/);
    expect(stdout).toContain("fits: ");
  });

  test("tokens may be given as 2k", async () => {
    const length = async (tokens: string) => {
      const on = ["--gpu", "rtx-4090", "--max-seq-len", tokens, "--max-num-tokens", tokens];
      return (await berth(["estimate", "meta-llama/Llama-3.2-1B", ...on, "--json"])).stdout;
    };
    expect(await length("2k")).toBe(await length("2048"));
  });

  test("what does not fit exits with 1 and still prints", async () => {
    const run = await berth(["estimate", "meta-llama/Llama-3.1-70B", ...ON_4090, "--json"]);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ fits: false });
  });

  test("tensor parallelism that does not divide the heads is a no, with its reason", async () => {
    const run = await berth(["estimate", "Qwen/Qwen2-7B", ...ON_4090, "--tp", "3", "--json"]);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout).reasons[0].text).toMatch(/parallel size 3/);
  });

  test.each(["model", "model/config.json", "./model/"])(
    "a model of one's own: %s",
    async (model) => {
      const cwd = folderWith({ "model/config.json": TINY_CONFIG });
      const { code, stdout } = await berth(["estimate", model, ...ON_4090, "--json"], { cwd });
      expect(code).toBe(0);
      // 2 KV heads of 16, K and V, bf16, 2 layers: 2 · 2 · 16 · 2 · 2 = 256 B a token
      expect(JSON.parse(stdout).ranks[0].kv.bytesPerToken).toBe(256);
    },
  );

  test("an hf_quant_config.json beside a config.json counts", async () => {
    const quant = JSON.stringify({
      quantization: { quant_algo: "FP8", kv_cache_quant_algo: "FP8" },
    });
    const cwd = folderWith({ "m/config.json": TINY_CONFIG, "m/hf_quant_config.json": quant });
    const { stdout } = await berth(["estimate", "m", ...ON_4090, "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ quantization: "fp8", kvCacheDtype: "fp8" });
  });
});

describe("bad input is one sentence and exit code 2", () => {
  const cwd = folderWith({
    "empty/readme.txt": "",
    "broken/config.json": "{",
    "layerless/config.json": TINY_CONFIG.replace("num_hidden_layers", "layers"),
  });
  test.each([
    {
      args: ["meta-lama/Llama-3.1-8B"],
      says: /^meta-lama\/Llama-3.1-8B: neither a model of the catalogue \(did you mean meta-llama\/Llama-3.1-8B\?\) nor a file, and HF_HUB_OFFLINE is set; any model can be given as its config.json$/,
    },
    { args: ["qqqqqqqqqqqqqqqqqqqqqq"], says: /neither a model of the catalogue nor a file/ },
    { args: ["nowhere/config.json"], says: /^nowhere\/config.json: no such file/ },
    { args: ["empty"], says: /^empty: expected a folder with a config.json/ },
    { args: ["broken"], says: /^broken\/config.json: / },
    { args: ["layerless"], says: /^layerless\/config.json: num_hidden_layers: / },
    { args: ["Qwen/Qwen2-7B", "--gpu", "rtx-4091"], says: /rtx-4091.*rtx-4090/ },
    {
      args: ["Qwen/Qwen2-7B", "--gpu", "rtx-4090", "--engine", "tensort-llm"],
      says: /tensorrt-llm/,
    },
    { args: ["--batch", "nowhere.jsonl"], says: /^nowhere.jsonl: no such file$/ },
    { args: ["--gpu", ""], says: /^--gpu: expected a value, got an empty text$/ },
    { args: ["--batch", "empty"], says: /^empty: expected a file, got a folder$/ },
  ])("$args", async ({ args, says }) => {
    const env = { HF_HUB_OFFLINE: "1", BERTH_CACHE_DIR: cwd };
    const run = await berth(["estimate", ...args, "--json"], { cwd, env });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});

describe("--batch", () => {
  const line = (id: unknown, more: object = {}): string =>
    JSON.stringify({ id, model: "Qwen/Qwen2-7B", gpu: "rtx-4090", maxSeqLen: 2048, ...more });
  const answers = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));

  test("answers every line in order, errors among them", async () => {
    const input = [
      line("a"),
      "",
      "{ broken",
      line("c", { modle: 1 }),
      line("d", { model: "nobody/knows" }),
      line("e", { tp: "two" }),
      "[1]",
      line(7),
    ].join("\n");
    const { code, stdout } = await berth(["estimate", "--batch", "-", "--json"], { input });
    expect(code).toBe(0);
    const got = answers(stdout);
    expect(got.map(({ id }) => id)).toEqual(["a", null, "c", "d", "e", null, 7]);
    expect(got.map(({ error }) => error?.code)).toEqual([
      undefined,
      ...Array.from({ length: 5 }, () => "bad-input"),
      undefined,
    ]);
    expect(got[1].error.message).toBe("stdin: line 3: expected a JSON object, got broken JSON");
    expect(got[2].error.message).toBe("stdin: line 4: modle: unknown key; did you mean model?");
    expect(got[4].error.message).toContain('tp: expected a whole number of at least 1, got "two"');
    expect(got[6].schema).toBe("berth/estimate@1");
  });

  test("takes tokens as 2k, and says which key is missing or out of range", async () => {
    const input = [
      line("k", { maxSeqLen: "2k" }),
      line("gpu", { gpu: undefined }),
      line("share", { kvFraction: 1 }),
    ].join("\n");
    const { stdout } = await berth(["estimate", "--batch", "-", "--json"], { input });
    const plain = await berth(["estimate", "--batch", "-", "--json"], { input: line("k") });
    const [k, gpu, share] = answers(stdout);
    expect(k).toEqual(answers(plain.stdout)[0]);
    expect(gpu.error.message).toBe(
      "stdin: line 2: gpu: is missing; expected a GPU such as rtx-4090; berth catalog gpus lists them",
    );
    expect(share.error.message).toBe(
      "stdin: line 3: kvFraction: expected a number above 0 and below 1, got 1",
    );
  });

  test("reads a file, and models relative to where berth runs", async () => {
    const cwd = folderWith({
      "m/config.json": TINY_CONFIG,
      "in.jsonl": `${line(1, { model: "m" })}\r\n${line(2, { model: "./m/config.json" })}`,
    });
    const { stdout } = await berth(["estimate", "--batch", "in.jsonl", "--json"], { cwd });
    expect(answers(stdout).map(({ model }) => model.parameters.total)).toHaveLength(2);
  });

  test("a line of two megabytes is refused, and the next one answered", async () => {
    const input = `${line("x".repeat(2_000_000))}\n${line("ok")}\n`;
    const { stdout } = await berth(["estimate", "--batch", "-", "--json"], { input });
    const [long, ok] = answers(stdout);
    expect(long.error.message).toContain("at most a million characters");
    expect(ok.id).toBe("ok");
  });

  test("3,000 lines take seconds of processor time", async () => {
    const input = Array.from({ length: 3000 }, (_, i) => line(i)).join("\n");
    const timed = "TIMEFORMAT='%U %S'; time $BERTH estimate --batch - --json";
    const { stdout, stderr } = await shell(timed, { input });
    expect(answers(stdout)).toHaveLength(3000);
    const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(" ").map(Number);
    expect(user + system).toBeLessThan(15);
  });

  test("threads take a part of many lines, and the order stays", async () => {
    const input = Array.from({ length: 6000 }, (_, i) =>
      line(i, { maxSeqLen: 1 + i, ...(i % 1000 === 7 ? { tp: 0 } : {}) }),
    ).join("\n");
    const { stdout } = await berth(["estimate", "--batch", "-", "--json"], { input });
    const got = answers(stdout);
    expect(got.map(({ id }) => id)).toEqual(Array.from({ length: 6000 }, (_, i) => i));
    expect(got.flatMap(({ id, error }) => (error === undefined ? [] : [id]))).toEqual([
      7, 1007, 2007, 3007, 4007, 5007,
    ]);
    expect(got.at(-1)).toMatchObject({ maxSeqLen: 6000 });
    expect(got[5007].error.message).toContain("stdin: line 5008");
  });

  test("a reader that goes away ends it quietly", async () => {
    const input = Array.from({ length: 3000 }, (_, i) => line(i)).join("\n");
    const run = await shell("$BERTH estimate --batch - --json | head -n 1", { input });
    expect(answers(run.stdout)).toHaveLength(1);
    expect(run.stderr).toBe("");
  });
});
