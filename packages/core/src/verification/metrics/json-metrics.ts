import type { MetricsReading } from "./metrics-reading.ts";

/** trtllm-serve's /metrics, a list of iterations of which the last counts, and llama.cpp's /props. */
export function readJsonMetrics(value: unknown): readonly MetricsReading[] {
  const last = Array.isArray(value) ? (value.at(-1) as unknown) : value;
  return [...iterationTokens(last), ...propsTokens(last)];
}

/** maxNumBlocks · tokensPerBlock of kvCacheStats. */
function iterationTokens(value: unknown): readonly MetricsReading[] {
  const stats = part(value, "kvCacheStats");
  const blocks = count(stats, "maxNumBlocks");
  const size = count(stats, "tokensPerBlock");
  const used = part(stats, "usedNumBlocks");
  return blocks === undefined || size === undefined
    ? []
    : [
        {
          engine: "tensorrt-llm",
          id: "kv-tokens",
          value: blocks * size,
          ...(typeof used === "number" && used >= 0 ? { used: used * size } : {}),
          text: `kvCacheStats: maxNumBlocks ${blocks}, tokensPerBlock ${size}`,
        },
      ];
}

/** n_ctx of a slot times its slots. */
function propsTokens(value: unknown): readonly MetricsReading[] {
  const context = count(part(value, "default_generation_settings"), "n_ctx");
  const slots = count(value, "total_slots") ?? 1;
  const path = part(value, "model_path");
  return context === undefined
    ? []
    : [
        {
          engine: "llama.cpp",
          id: "kv-tokens",
          value: context * slots,
          ...(typeof path === "string" ? { model: path } : {}),
          text: `default_generation_settings.n_ctx ${context}, total_slots ${slots}`,
        },
      ];
}

function part(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function count(value: unknown, key: string): number | undefined {
  const found = part(value, key);
  return typeof found === "number" && Number.isSafeInteger(found) && found > 0 ? found : undefined;
}
