// How TensorRT-LLM's PyTorch backend loads a model and sizes its KV cache, and its log lines.
import { setTimeout as sleep } from "node:timers/promises";
import { extraMiB, fail, gib, leastFreeMiB, MIB, misbehave, take } from "./engine.mjs";

/** Loads by LlmArgs and returns the tokens of the KV cache. */
export async function loadPytorch({ name, program, cards, model, args, fault }) {
  const kv = args.kv_cache_config;
  const ranks = args.tensor_parallel_size * args.pipeline_parallel_size;
  if (ranks !== cards.length) {
    fail(`AssertionError: world size ${ranks} and ${cards.length} visible devices`);
  }
  const grow = (mib, component) => take(name, cards, mib, () => shortage(cards, component));
  const context = model.contextMiB + model.runtimeMiB + model.graphsMiB;
  grow(context, "Model");
  await misbehave(fault, program);
  const fixed = context + model.weightsMiB + extraMiB(fault);
  grow(fixed, "Model");
  say(
    `Memory used after loading model weights (inside torch) in memory usage profiling: ${gib(model.weightsMiB)} GiB`,
  );
  await sleep(50);
  const activations = model.activationsMiB + extraMiB(fault, "activations");
  grow(fixed + activations, "Initial KV cache (temporary for KV cache size estimation)");
  say(
    `Memory dynamically allocated during inference (inside torch) in memory usage profiling: ${gib(activations)} GiB`,
  );
  if (fault.kind === "out-of-memory") {
    shortage(cards, "KV cache");
  }
  const budget = leastFreeMiB(cards) * MIB * kv.free_gpu_memory_fraction;
  const tokens = pagedTokens({
    budget,
    model,
    most: kv.max_tokens,
    tokensPerBlock: kv.tokens_per_block,
  });
  const pool = (tokens * model.kvBytesPerToken) / MIB;
  grow(fixed + activations + pool, "KV cache");
  sayPool(pool, tokens);
  return tokens;
}

/** Whole blocks of what the budget of bytes holds, and not more than it was told; ends where that is none. */
export function pagedTokens({ budget, model, most, tokensPerBlock }) {
  const wanted = Math.min(
    Math.floor(budget / model.kvBytesPerToken),
    most ?? Number.MAX_SAFE_INTEGER,
  );
  const tokens = Math.floor(wanted / tokensPerBlock) * tokensPerBlock;
  if (tokens < tokensPerBlock) {
    fail("AssertionError: Impossible to fit in any sequence in kvCache");
  }
  return tokens;
}

export function sayPool(poolMiB, tokens) {
  process.stdout.write(
    `[TensorRT-LLM][INFO] [MemUsageChange] Allocated ${gib(poolMiB)} GiB for max tokens in paged KV cache (${tokens}).\n`,
  );
}

export function say(text) {
  process.stdout.write(`[11/22/2026-12:00:00] [TRT-LLM] [I] ${text}\n`);
}

function shortage(cards, component) {
  fail(
    "RuntimeError: Executor creation failed due to insufficient GPU memory.",
    `The following component could not be created: ${component}`,
    `Total GPU memory (GiB): ${gib(cards[0].totalMiB - cards[0].reservedMiB)}`,
    `Free GPU memory before component creation attempt (GiB): ${gib(leastFreeMiB(cards))}`,
  );
}
