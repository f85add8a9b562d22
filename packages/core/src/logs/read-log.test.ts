import { describe, expect, test } from "vitest";
import { GIB, MIB } from "../units/units.ts";
import type { LogFinding, LogReport } from "./log-document.ts";
import { createLogReader, readLog } from "./read-log.ts";

/** "weights 8.46 GB", "kv 860320", with its rank where it has one. */
function said({ findings }: LogReport): readonly string[] {
  return findings.map(({ term, unit, printed, rank }) =>
    [
      term,
      ...(unit === "bytes" ? [] : [unit]),
      printed,
      ...(rank === undefined ? [] : [`@${rank}`]),
    ].join(" "),
  );
}

describe("what engines print", () => {
  test("TensorRT-LLM, PyTorch backend, manager V1: the temporary pool is printed first, the last one holds", () => {
    // DGX Spark, gpt-oss-120b, 1.1.0rc3: a published walk-through, lines shortened to what is read
    const report = readLog(
      [
        "[TensorRT-LLM] TensorRT-LLM version: 1.1.0rc3",
        "[10/14/2025-20:02:11] [TRT-LLM] [I] Use 63.32 GB for model weights.",
        "[10/14/2025-20:08:35] [TRT-LLM] [I] max_seq_len=8192, max_num_requests=64, max_num_tokens=8192, max_batch_size=64",
        "[TensorRT-LLM][INFO] Number of tokens per block: 32.",
        "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 0.56 GiB for max tokens in paged KV cache (8224).",
        "[10/14/2025-20:08:42] [TRT-LLM] [I] Memory used after loading model weights (inside torch) in memory usage profiling: 63.52 GiB",
        "[10/14/2025-20:08:42] [TRT-LLM] [I] Memory dynamically allocated during inference (inside torch) in memory usage profiling: 0.85 GiB",
        "[10/14/2025-20:08:42] [TRT-LLM] [I] Memory used outside torch (e.g., NCCL and CUDA graphs) in memory usage profiling: 49.28 GiB",
        "[10/14/2025-20:08:42] [TRT-LLM] [I] Peak memory during memory usage profiling (torch + non-torch): 113.65 GiB, available KV cache memory when calculating max tokens: 5.95 GiB, fraction is set 0.8999999761581421, kv size is 73728. device total memory 119.70 GiB, , tmp kv_mem 0.56 GiB",
        "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 5.95 GiB for max tokens in paged KV cache (86720).",
      ].join("\n"),
    );
    expect(report).toMatchObject({ engines: ["tensorrt-llm"], version: "1.1.0rc3", lines: 10 });
    expect(said(report)).toEqual([
      "kv tokens-per-block 32",
      "weights 63.52 GiB",
      "activations 0.85 GiB",
      "outside-torch 49.28 GiB",
      "peak 113.65 GiB",
      "device-total 119.70 GiB",
      "temporary-kv 0.56 GiB",
      "kv-budget 5.95 GiB",
      "kv bytes-per-token 73728",
      "kv 5.95 GiB",
      "kv tokens 86720",
    ]);
  });

  test("TensorRT-LLM, PyTorch backend, manager V2: a quota without a space, and ranks in brackets", () => {
    const report = readLog(
      [
        "[TRT-LLM] [RANK 1] [I] Rank 1 uses 8.46 GB for model weights.",
        "[TRT-LLM] [RANK 1] [I] KV cache manager v2 device quota set to 12.34567GiB",
      ].join("\n"),
    );
    expect(said(report)).toEqual(["weights 8.46 GB @1", "kv 12.34567 GiB @1"]);
    // 8.46 GB is GiB, within half of the last digit
    expect(report.findings[0]).toMatchObject({ value: 8.46 * GIB, halfWidth: 0.005 * GIB });
  });

  test("TensorRT-LLM, C++ runtime under Triton: each model by Triton's name", () => {
    const report = readLog(
      [
        'I0313 11:47:32.588685 182447 model_lifecycle.cc:473] "loading: chat_tensorrt_llm:1"',
        "[TensorRT-LLM][INFO] Loaded engine size: 875 MiB",
        "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 773.51 MiB for execution context memory.",
        "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 2.66 GB GPU memory for runtime buffers.",
        "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 5.76 GB GPU memory for decoder.",
        "[TensorRT-LLM][INFO] Memory usage when calculating max tokens in paged kv cache: total: 79.10 GiB, available: 70.48 GiB",
        "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 4.53 GiB for max tokens in paged KV cache (395776).",
        'I0313 11:48:32.588685 182447 model_lifecycle.cc:473] "loading: other_tensorrt_llm:1"',
        "[TensorRT-LLM][INFO] Loaded engine size: 15320 MiB",
      ].join("\n"),
    );
    expect(report.engines).toEqual(["tensorrt-llm-engine"]);
    expect(report.findings.filter(({ term }) => term === "weights")).toMatchObject([
      { model: "chat_tensorrt_llm", value: 875 * MIB },
      { model: "other_tensorrt_llm", value: 15320 * MIB },
    ]);
    expect(said(report)).toContain("free-for-kv 70.48 GiB");
  });

  test("TensorRT-LLM 0.5 to 0.10: bytes in full", () => {
    const report = readLog(
      "[TensorRT-LLM][INFO] Allocate 956301312 bytes for k/v cache. \n[TensorRT-LLM][INFO] Using 29184 total tokens in paged KV cache, and 272 blocks per sequence",
    );
    expect(report.findings).toMatchObject([
      { value: 956301312, halfWidth: 0, unit: "bytes" },
      { value: 29184, unit: "tokens" },
    ]);
  });

  test("vLLM V0 and V1", () => {
    const v0 = readLog(
      [
        "INFO 03-12 14:55:27 [llm_engine.py:235] Initializing a V0 LLM engine (v0.7.4.dev390+gdebd6bbf) with config: model='models/llama3.1-8B-INT8', speculative_config=None",
        "INFO 03-21 20:15:45 [worker.py:267] the current vLLM instance can use total_gpu_memory (79.19GiB) x gpu_memory_utilization (0.90) = 71.27GiB",
        "INFO 03-21 20:15:45 [worker.py:267] model weights take 12.55GiB; non_torch_memory takes -0.12GiB; PyTorch activation peak memory takes 2.38GiB; the rest of the memory reserved for KV Cache is 56.18GiB.",
        "INFO 03-21 20:15:46 [executor_base.py:111] # cuda blocks: 7191, # CPU blocks: 512",
      ].join("\n"),
    );
    expect(v0).toMatchObject({
      version: "0.7.4.dev390+gdebd6bbf",
      model: "models/llama3.1-8B-INT8",
    });
    expect(said(v0)).toEqual([
      "device-total 79.19 GiB",
      "weights 12.55 GiB",
      "outside-torch -0.12 GiB",
      "activations 2.38 GiB",
      "kv-budget 56.18 GiB",
      "kv blocks 7191",
    ]);
    const v1 = readLog(
      [
        "(Worker_TP0 pid=34322) INFO 05-06 20:59:59 [gpu_model_runner.py:4879] Model loading took 12.66 GiB memory and 31.657031 seconds",
        "(Worker_TP1 pid=34323) INFO 05-06 20:59:59 [gpu_model_runner.py:4879] Model loading took 12.67 GiB memory and 31.657031 seconds",
        "(Worker_TP0 pid=34322) Free memory on device (264.19/267.69 GiB) on startup. Actual usage is 205.08 GiB for weight, 3.75 GiB for peak activation, 1.63 GiB for non-torch memory, and 0.14 GiB for CUDAGraph memory. Current kv cache memory in use is 43.85 GiB.",
        "INFO GPU KV cache size: 3,292,687 tokens",
      ].join("\n"),
    );
    expect(said(v1)).toEqual(
      [
        "weights 12.67 GiB @1",
        "weights 205.08 GiB @0",
        "free-at-start 264.19 @0",
        "device-total 267.69 GiB @0",
        "activations 3.75 GiB @0",
        "outside-torch 1.63 GiB @0",
        "graphs 0.14 GiB @0",
        "kv-budget 43.85 GiB @0",
        "kv tokens 3,292,687",
      ].sort(
        (a, b) =>
          v1.findings.findIndex((f) => a.startsWith(f.term)) -
          v1.findings.findIndex((f) => b.startsWith(f.term)),
      ),
    );
  });

  test("SGLang: K and V, and the two parts of a state, add up", () => {
    const report = readLog(
      [
        "[2025-10-16 09:06:22 TP1] Load weight end. elapsed=19.09 s, type=Qwen3MoeForCausalLM, avail mem=230.20 GB, mem usage=56.98 GB.",
        "[2025-10-16 09:06:22 TP1] Mamba Cache is allocated. max_mamba_cache_size: 360, conv_state size: 0.99GB, ssm_state size: 50.77GB",
        "[2025-10-16 09:06:22 TP1] KV Cache is allocated. dtype: torch.bfloat16, #tokens: 1106304, K size: 25.32 GB, V size: 25.32 GB",
        "[2025-10-16 09:06:22 TP1] max_total_num_tokens=1106300, chunked_prefill_size=2048, available_gpu_mem=2.82 GB",
      ].join("\n"),
    );
    expect(said(report)).toEqual([
      "weights 56.98 GB @1",
      "free-after-load 230.20 GB @1",
      "state 0.99 GB + 50.77 GB @1",
      "kv 25.32 GB + 25.32 GB @1",
      "kv tokens 1106300 @1",
      "free-at-end 2.82 GB @1",
    ]);
    expect(report.findings.find(({ term }) => term === "kv")?.value).toBeCloseTo(50.64 * GIB, 0);
  });

  test("llama.cpp: devices are ranks, windows have a buffer of their own, the host's buffers are left out", () => {
    const report = readLog(
      [
        "\u001b[34m0.11.813\u001b[0m \u001b[32mI \u001b[0mload_tensors:   CPU_Mapped model buffer size =   809.29 MiB",
        "load_tensors:        CUDA0 model buffer size = 31014.14 MiB",
        "load_tensors:        CUDA1 model buffer size = 43884.50 MiB",
        "llama_context: n_ctx         = 131072",
        "llama_kv_cache:      CUDA0 KV buffer size =   512.00 MiB",
        "0.11.813 I llama_kv_cache:      CUDA0 KV buffer size =    12.00 MiB",
        "0.11.814 I llama_memory_recurrent:      CUDA0 RS buffer size =    50.25 MiB",
        "sched_reserve: CUDA0 compute buffer size = 38.50 MiB",
        "sched_reserve: CUDA_Host compute buffer size = 13.00 MiB",
      ].join("\n"),
    );
    expect(said(report)).toEqual([
      "weights 31014.14 MiB @0",
      "weights 43884.50 MiB @1",
      "kv tokens 131072",
      "kv 512.00 MiB + 12.00 MiB @0",
      "state 50.25 MiB @0",
      "activations 38.50 MiB @0",
    ]);
  });
});

describe("the latest start counts", () => {
  const START = "INFO Initializing a V1 LLM engine (v0.20.0) with config: model='a/b', x=1";

  test("a version after a KV cache, or after a failure, begins anew", () => {
    const { findings, failures } = readLog(
      [
        START,
        "Model loading took 1.00 GiB memory",
        "GPU KV cache size: 1,000 tokens",
        "Killed",
        START,
      ].join("\n"),
    );
    expect([findings, failures]).toEqual([[], []]);
  });

  test("each rank's own first lines do not", () => {
    const { findings } = readLog(
      [
        "[TensorRT-LLM] TensorRT-LLM version: 1.2.1",
        "Rank 0 uses 8.46 GB for model weights.",
        "[TensorRT-LLM] TensorRT-LLM version: 1.2.1",
      ].join("\n"),
    );
    expect(findings).toHaveLength(1);
  });
});

test.each([
  { line: "[TRT-LLM] [RANK 3] [I] Use 1.00 GB for model weights.", tp: undefined, rank: 3 },
  { line: "[1,2]<stdout>:[TRT-LLM] [I] Use 1.00 GB for model weights.", tp: undefined, rank: 2 },
  { line: "(VllmWorker rank=1 pid=7) Model loading took 1.00 GiB", tp: undefined, rank: 1 },
  // stage 1 of ranks 2 and 3
  { line: "(Worker_PP1_TP1 pid=7) Model loading took 1.00 GiB", tp: 2, rank: 3 },
  { line: "(Worker_PP1_TP1 pid=7) Model loading took 1.00 GiB", tp: undefined, rank: undefined },
  { line: "[2025-05-05 03:55:08 PP1 TP0] Load weight end. mem usage=1.00 GB.", tp: 4, rank: 4 },
  { line: "(EngineCore pid=1) Model loading took 1.00 GiB", tp: 2, rank: undefined },
])("rank $rank with tp $tp: $line", ({ line, tp, rank }) => {
  const [finding] = readLog(line, tp === undefined ? {} : { tp }).findings as readonly LogFinding[];
  expect(finding).toBeDefined();
  expect(finding?.rank).toBe(rank);
});

describe("hostile lines", () => {
  test("very long, binary and coloured lines, and numbers that are none, leave nothing behind", () => {
    const reader = createLogReader();
    for (const line of [
      `${"Model loading took ".repeat(100_000)}`,
      `Model loading took ${"9".repeat(100_000)} GiB`,
      `Model loading took ${" ".repeat(100_000)}1.00 GiB`,
      `${"[1,".repeat(50_000)}Loaded engine size: x MiB`,
      `${"\u001b[".repeat(100_000)}`,
      `${",1".repeat(100_000)} for model weights uses ,,,. for model weights`,
      `loading: ${":".repeat(100_000)}`,
      "\u0000\u0001\uffff GPU KV cache size: NaN tokens",
      "Loaded engine size: MiB",
      "GPU KV cache size: 12 GiB",
    ]) {
      reader.line(line);
    }
    expect(reader.report()).toMatchObject({ findings: [], failures: [], lines: 10 });
  });

  test("ranks and models without end are cut off, and evidence is short", () => {
    const reader = createLogReader({ engine: "vllm" });
    for (let i = 0; i < 20_000; i += 1) {
      reader.line(`loading: m${i}:1`);
      reader.line(`Model loading took 1.00 GiB ${"x".repeat(5000)}`);
    }
    const { findings } = reader.report();
    expect(findings).toHaveLength(4096);
    expect(findings[0]?.text.length).toBeLessThanOrEqual(401);
  });
});
