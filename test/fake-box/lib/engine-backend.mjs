// How TensorRT-LLM's C++ runtime loads an engine and sizes its KV cache, and its log lines.
import { setTimeout as sleep } from "node:timers/promises";
import { extraMiB, fail, gib, leastFreeMiB, MIB, misbehave, take } from "./engine.mjs";
import { pagedTokens, sayPool } from "./pytorch-backend.mjs";

/** Loads by the parameters of a config.pbtxt and returns the tokens of the KV cache. */
export async function loadEngine({ name, program, cards, model, parameters, fault }) {
  const grow = (mib) =>
    take(name, cards, mib, () =>
      fail(
        `[TensorRT-LLM][ERROR] CUDA runtime error in cudaMalloc(ptr, n): out of memory, ${gib(leastFreeMiB(cards))} GiB free`,
      ),
    );
  grow(model.contextMiB);
  await misbehave(fault, program);
  const weights = model.weightsMiB + extraMiB(fault);
  grow(model.contextMiB + weights);
  say(`Loaded engine size: ${Math.round(weights)} MiB`);
  await sleep(50);
  change(`${model.activationsMiB.toFixed(2)} MiB for execution context memory.`);
  change(`${model.runtimeMiB.toFixed(2)} MB GPU memory for runtime buffers.`);
  change(`${model.decoderMiB.toFixed(2)} MB GPU memory for decoder.`);
  const fixed =
    model.contextMiB + weights + model.activationsMiB + model.runtimeMiB + model.decoderMiB;
  grow(fixed);
  const free = leastFreeMiB(cards);
  say(
    `Memory usage when calculating max tokens in paged kv cache: total: ${gib(cards[0].totalMiB)} GiB, available: ${gib(free)} GiB`,
  );
  if (fault.kind === "out-of-memory") {
    fail("[TensorRT-LLM][ERROR] Assertion failed: Impossible to fit in any sequence in kvCache");
  }
  const most = parameters.max_tokens_in_paged_kv_cache;
  const tokens = pagedTokens({
    budget: free * MIB * Number(parameters.kv_cache_free_gpu_mem_fraction),
    model,
    most: most === undefined ? undefined : Number(most),
    tokensPerBlock: model.tokensPerBlock,
  });
  const pool = (tokens * model.kvBytesPerToken) / MIB;
  grow(fixed + pool);
  sayPool(pool, tokens);
  return tokens;
}

function change(what) {
  say(`[MemUsageChange] Allocated ${what}`);
}

function say(text) {
  process.stdout.write(`[TensorRT-LLM][INFO] ${text}\n`);
}
