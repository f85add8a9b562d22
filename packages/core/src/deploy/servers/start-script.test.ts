import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fourOnOne } from "../../../../../test/fixtures/deploy-plans.ts";
import { removeBundles, renderBundle } from "../../../../../test/support/run-bundle.ts";

removeBundles();

describe("a model's start script", () => {
  const plan = fourOnOne("tensorrt-llm");

  test.each([
    {
      file: "hf_quant_config.json",
      text: '{"quantization": {"kv_cache_quant_algo":\n "FP8"}}',
      code: 2,
    },
    {
      file: "config.json",
      text: '{"quantization_config": {"kv_cache_scheme": {"num_bits": 8}}}',
      code: 2,
    },
    { file: "config.json", text: '{"quantization_config": {"kv_cache_scheme": null}}', code: 0 },
    {
      file: "hf_quant_config.json",
      text: '{"quantization": {"kv_cache_quant_algo": null}}',
      code: 0,
    },
    { file: "config.json", text: '{"model_type": "llama"}', code: 0 },
  ])("planned with 16 bits of KV, $file with $text: $code", ({ file, text, code }) => {
    const it = renderBundle(plan, "trtllm-serve");
    it.program("trtllm-serve", "echo started");
    mkdirSync(join(it.folder, "model"));
    it.write(`model/${file}`, text);
    const ran = it.run("start/chat.sh", { MODEL_PATH_CHAT: join(it.folder, "model") });
    expect(ran.code).toBe(code);
    expect(ran.out).toBe(code === 0 ? "started\n" : "");
    expect(ran.err).toBe(
      code === 0
        ? ""
        : `start: ${join(it.folder, "model", file)} asks for a KV cache of its own, the plan counts on bf16; plan it with kvCacheDtype auto\n`,
    );
  });

  test("a Hub id is served with a word on what nobody could look up", () => {
    const it = renderBundle(plan, "trtllm-serve");
    it.program("trtllm-serve", "echo started");
    const ran = it.run("start/chat.sh");
    expect(ran).toMatchObject({ code: 0, out: "started\n" });
    expect(ran.err).toMatch(
      /^start: Qwen\/\S+ is no folder to look into: .* than bf16, it gets that\n$/,
    );
    expect(it.read("bundle/README.md")).toContain("## KV caches in 16 bits");
  });

  test("an FP8 KV cache is forced, whatever the files ask for", () => {
    const it = renderBundle(plan, "trtllm-serve");
    it.program("trtllm-serve", "echo started");
    mkdirSync(join(it.folder, "model"));
    it.write("model/hf_quant_config.json", '{"kv_cache_quant_algo": "NVFP4"}');
    const ran = it.run("start/Ecrivain-d-ete.sh", {
      MODEL_PATH_ECRIVAIN_D_ETE: join(it.folder, "model"),
    });
    expect(ran).toEqual({ code: 0, out: "started\n", err: "" });
    expect(it.read("bundle/config/Ecrivain-d-ete.yaml")).toContain("dtype: fp8\n");
  });
});
