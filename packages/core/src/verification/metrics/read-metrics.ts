import { parseJson } from "../../importers/parse-json.ts";
import { InputError } from "../../report/errors.ts";
import { readJsonMetrics } from "./json-metrics.ts";
import type { MetricsReading } from "./metrics-reading.ts";
import { parsePrometheus, type Sample } from "./prometheus.ts";

const TRITON_BLOCKS = "nv_trt_llm_kv_cache_block_metrics";
const TRITON_USED = "nv_gpu_memory_used_bytes";
const VLLM_CONFIG = "vllm:cache_config_info";
/** A share from 0 to 1; the first is V1's, from 0.9. */
const VLLM_USED = ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"] as const;
const SGLANG_TOKENS = "sglang:max_total_num_tokens";
const SGLANG_USED = "sglang:num_used_tokens";

/**
 * What an endpoint's answer says of KV caches and cards: Prometheus text of Triton, vLLM and SGLang, the JSON of
 * trtllm-serve's /metrics, and llama.cpp's /props. Throws an InputError for an answer without any of it.
 */
export function readMetrics(name: string, text: string): readonly MetricsReading[] {
  const isJson = /^\s{0,100}[[{]/.test(text);
  const readings = isJson ? readJsonMetrics(parseJson(name, text)) : readPrometheus(text);
  if (readings.length === 0) {
    throw new InputError(
      { file: name },
      "expected metrics of Triton, trtllm-serve, vLLM or SGLang, or llama.cpp's /props, found no size of a KV cache in it",
    );
  }
  return readings;
}

function readPrometheus(text: string): readonly MetricsReading[] {
  const samples = parsePrometheus(text, [
    TRITON_BLOCKS,
    TRITON_USED,
    VLLM_CONFIG,
    ...VLLM_USED,
    SGLANG_TOKENS,
    SGLANG_USED,
  ]);
  const named = (name: string): readonly Sample[] => samples.filter((one) => one.name === name);
  const configs = named(VLLM_CONFIG);
  const vllm = {
    model: configs.length === 0 ? undefined : modelName(text, "vllm:"),
    share: mostOf(VLLM_USED.flatMap(named)),
  };
  return [
    ...tritonTokens(named(TRITON_BLOCKS)),
    ...named(TRITON_USED).map(tritonUsed),
    ...configs.flatMap((sample) => vllmBlocks(sample, vllm)),
    ...sglangTokens(named(SGLANG_TOKENS), mostOf(named(SGLANG_USED))),
  ];
}

/** The largest of some samples; undefined where there are none. */
function mostOf(samples: readonly Sample[]): number | undefined {
  return samples.length === 0
    ? undefined
    : samples.reduce((most, { value }) => Math.max(most, value), 0);
}

/** max · tokens_per, model by model. */
function tritonTokens(samples: readonly Sample[]): readonly MetricsReading[] {
  return [...byModelAndType(samples)].flatMap(([model, types]) => {
    const [most, size, used] = [types.get("max"), types.get("tokens_per"), types.get("used")];
    return most === undefined || size === undefined
      ? []
      : [
          {
            engine: "tensorrt-llm-engine" as const,
            id: "kv-tokens" as const,
            value: most.value * size.value,
            ...(used === undefined ? {} : { used: used.value * size.value }),
            ...(model === "" ? {} : { model }),
            text: `${most.text} of ${size.value} tokens`,
          },
        ];
  });
}

/** The first sample of each kind, model by model. */
function byModelAndType(
  samples: readonly Sample[],
): ReadonlyMap<string, ReadonlyMap<string, Sample>> {
  const models = new Map<string, Map<string, Sample>>();
  for (const sample of samples) {
    const model = sample.labels["model"] ?? "";
    const types = models.get(model) ?? new Map<string, Sample>();
    const type = sample.labels["kv_cache_block_type"] ?? "";
    models.set(model, types.has(type) ? types : types.set(type, sample));
  }
  return models;
}

function tritonUsed({ labels, value, text }: Sample): MetricsReading {
  const uuid = labels["gpu_uuid"];
  return { id: "used", value, ...(uuid === undefined ? {} : { uuid }), text };
}

function vllmBlocks(
  { labels, text }: Sample,
  { model, share }: { readonly model: string | undefined; readonly share: number | undefined },
): readonly MetricsReading[] {
  const blocks = Number(labels["num_gpu_blocks"] ?? "");
  return Number.isSafeInteger(blocks) && blocks > 0
    ? [
        {
          engine: "vllm",
          id: "kv-blocks",
          value: blocks,
          ...(share === undefined ? {} : { used: Math.round(share * blocks) }),
          ...(model === undefined ? {} : { model }),
          text,
        },
      ]
    : [];
}

/** vLLM's cache_config_info does not name the model, its other metrics do. */
function modelName(text: string, prefix: string): string | undefined {
  return parsePrometheus(text, [prefix]).find(({ labels }) => labels["model_name"] !== undefined)
    ?.labels["model_name"];
}

/** One sample a rank; all hold as many tokens. */
function sglangTokens(
  samples: readonly Sample[],
  used: number | undefined,
): readonly MetricsReading[] {
  const [first] = samples;
  const model = first?.labels["model_name"];
  return first === undefined
    ? []
    : [
        {
          engine: "sglang",
          id: "kv-tokens",
          value: samples.reduce((least, { value }) => Math.min(least, value), first.value),
          ...(used === undefined ? {} : { used }),
          ...(model === undefined ? {} : { model }),
          text: first.text,
        },
      ];
}
