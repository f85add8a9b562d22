// trtllm-serve's flags, its configuration file, the PyTorch backend's sizing of the KV cache and its log lines.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import {
  extraMiB,
  fail,
  faultOf,
  gib,
  leastFreeMiB,
  MIB,
  misbehave,
  modelList,
  modelOf,
  serve,
  take,
  visibleCards,
} from "./engine.mjs";

const NAME = "/usr/bin/python3";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "8000" },
    served_model_name: { type: "string" },
    config: { type: "string" },
    extra_llm_api_options: { type: "string" },
  },
});
const [verb, source] = positionals;
if (verb !== "serve" || source === undefined) {
  fail("Usage: trtllm-serve serve [OPTIONS] MODEL");
}
const port = Number(values.port);
const args = parse(readFileSync(values.config ?? values.extra_llm_api_options, "utf8"));
const kv = args.kv_cache_config;
const cards = visibleCards();
const model = modelOf(source);
const fault = faultOf(port);
const say = (text) => process.stdout.write(`[11/22/2026-12:00:00] [TRT-LLM] [I] ${text}\n`);

const ranks = args.tensor_parallel_size * args.pipeline_parallel_size;
if (ranks !== cards.length) {
  fail(`AssertionError: world size ${ranks} and ${cards.length} visible devices`);
}
const context = model.contextMiB + model.runtimeMiB + model.graphsMiB;
take(NAME, cards, context, () => shortage("Model"));
await misbehave(fault, "trtllm-serve");
const fixed = context + model.weightsMiB + extraMiB(fault);
take(NAME, cards, fixed, () => shortage("Model"));
say(
  `Memory used after loading model weights (inside torch) in memory usage profiling: ${gib(model.weightsMiB)} GiB`,
);
await sleep(50);
take(NAME, cards, fixed + model.activationsMiB, () =>
  shortage("Initial KV cache (temporary for KV cache size estimation)"),
);
say(
  `Memory dynamically allocated during inference (inside torch) in memory usage profiling: ${gib(model.activationsMiB)} GiB`,
);
const budget = leastFreeMiB(cards) * MIB * kv.free_gpu_memory_fraction;
if (fault.kind === "out-of-memory") {
  shortage("KV cache");
}
const wanted = Math.min(
  Math.floor(budget / model.kvBytesPerToken),
  kv.max_tokens ?? Number.MAX_SAFE_INTEGER,
);
const tokens = Math.floor(wanted / kv.tokens_per_block) * kv.tokens_per_block;
if (tokens < kv.tokens_per_block) {
  fail("AssertionError: Impossible to fit in any sequence in kvCache");
}
const pool = (tokens * model.kvBytesPerToken) / MIB;
take(NAME, cards, fixed + model.activationsMiB + pool, () => shortage("KV cache"));
process.stdout.write(
  `[TensorRT-LLM][INFO] [MemUsageChange] Allocated ${gib(pool)} GiB for max tokens in paged KV cache (${tokens}).\n`,
);
const blocks = tokens / kv.tokens_per_block;
serve({
  host: values.host,
  port,
  fault,
  pages: {
    "/health": "",
    "/v1/models": modelList(values.served_model_name ?? source),
    "/metrics": JSON.stringify([
      { kvCacheStats: { maxNumBlocks: blocks, tokensPerBlock: kv.tokens_per_block } },
    ]),
  },
});
say("Application startup complete.");

function shortage(component) {
  fail(
    "RuntimeError: Executor creation failed due to insufficient GPU memory.",
    `The following component could not be created: ${component}`,
    `Total GPU memory (GiB): ${gib(cards[0].totalMiB - cards[0].reservedMiB)}`,
    `Free GPU memory before component creation attempt (GiB): ${gib(leastFreeMiB(cards))}`,
  );
}
