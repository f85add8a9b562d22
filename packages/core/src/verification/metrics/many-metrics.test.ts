import { expect, test } from "vitest";
import { readMetrics } from "./read-metrics.ts";

const lines = (make: (i: number) => string): string =>
  Array.from({ length: 150_000 }, (_, i) => make(i)).join("\n");

// each of these took minutes, or more stack than there is, where every sample was compared with all others
test.each([
  ["of one model", lines(() => 'vllm:cache_config_info{num_gpu_blocks="5"} 1'), 150_000],
  [
    "of many models",
    lines(
      (i) =>
        `nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="m${i}"} 1\nnv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="m${i}"} 2`,
    ),
    100_000,
  ],
  ["of many ranks", lines((i) => `sglang:max_total_num_tokens ${i + 7}`), 1],
])("an answer with very many samples %s is read", (_, text, count) => {
  const readings = readMetrics("m", text);
  expect(readings).toHaveLength(count);
  expect(readings[0]?.value).toBeGreaterThan(0);
});
