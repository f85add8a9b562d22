/** Every memory line of ../shared/reference/trtllm-memory.md, section 8, and posted ones of the other engines: one line, one table row. */
import { expect, test } from "vitest";
import type { EngineId } from "../../engine/engine.ts";
import { readLog } from "../read-log.ts";

const PYTORCH = "[12/20/2025-04:21:51] [TRT-LLM] [I] ";
const PROFILED = `${PYTORCH}Memory used after loading model weights`;
const PEAK = `${PYTORCH}Peak memory during memory usage profiling (torch + non-torch): 113.65 GiB, available KV cache memory when calculating max tokens: 5.95 GiB`;
const INFO = "[TensorRT-LLM][INFO] ";

interface Row {
  readonly engine: EngineId;
  readonly line: string;
  /** "term printed", and its unit where it is not bytes. */
  readonly says: readonly string[];
}

const rows: readonly (readonly [EngineId, string, ...string[]])[] = [
  ["tensorrt-llm-engine", `${INFO}Loaded engine size: 6695 MiB`, "weights 6695 MiB"],
  [
    "tensorrt-llm-engine",
    `${INFO}[MemUsageChange] TensorRT-managed allocation in IExecutionContext creation: CPU +0, GPU +0, now: CPU 0, GPU 6678 (MiB)`,
    "weights 6678 MiB",
  ],
  // device-wide, not the engine's
  [
    "tensorrt-llm-engine",
    `${INFO}[MemUsageChange] Init cuBLAS/cuBLASLt: CPU +0, GPU +8, now: CPU 155, GPU 15671 (MiB)`,
  ],
  [
    "tensorrt-llm-engine",
    "[MemUsageChange] Allocated 1134.01 MiB for execution context memory.",
    "activations 1134.01 MiB",
  ],
  // benchmarks of 0.11 to 0.17, without the tag
  [
    "tensorrt-llm-engine",
    "Allocated 1112.00 MiB for execution context memory.",
    "activations 1112.00 MiB",
  ],
  [
    "tensorrt-llm-engine",
    "[MemUsageChange] Allocated 43.29 MB GPU memory for runtime buffers.",
    "runtime-buffers 43.29 MB",
  ],
  [
    "tensorrt-llm-engine",
    "[MemUsageChange] Allocated 180.30 MB GPU memory for decoder.",
    "decoder 180.30 MB",
  ],
  [
    "tensorrt-llm-engine",
    "Memory usage when calculating max tokens in paged kv cache: total: 79.10 GiB, available: 70.48 GiB",
    "device-total 79.10 GiB",
    "free-for-kv 70.48 GiB",
  ],
  ["tensorrt-llm-engine", "Number of blocks in KV cache primary pool: 4060", "kv 4060 blocks"],
  [
    "tensorrt-llm-engine",
    "Number of blocks in KV cache secondary pool: 10728, onboard blocks to primary memory before reuse: true",
    "host-kv 10728 blocks",
  ],
  [
    "tensorrt-llm-engine",
    "[windowSize=4096] {.primaryBlocks=1234, .secondayBlocks=7}",
    "kv 1234 blocks",
    "host-kv 7 blocks",
  ],
  [
    "tensorrt-llm-engine",
    "Max KV cache blocks per sequence: 65 [window size=2051], tokens per block=32, primary blocks=116617, secondary blocks=0",
    "kv 116617 blocks",
    "kv 32 tokens-per-block",
    "host-kv 0 blocks",
  ],
  [
    "tensorrt-llm-engine",
    "tokens per block=32, primary blocks=158543, secondary blocks=0, max sequence length=262144",
    "kv 158543 blocks",
    "host-kv 0 blocks",
  ],
  ["tensorrt-llm-engine", "Number of tokens per block: 64.", "kv 64 tokens-per-block"],
  [
    "tensorrt-llm-engine",
    "[MemUsageChange] Allocated 63.44 GiB for max tokens in paged KV cache (259840).",
    "kv 63.44 GiB",
    "kv 259840 tokens",
  ],
  ["tensorrt-llm-engine", "Allocate 69524783104 bytes for k/v cache.", "kv 69524783104 bytes"],
  ["tensorrt-llm-engine", "Using 132608 tokens in paged KV cache.", "kv 132608 tokens"],
  [
    "tensorrt-llm-engine",
    "Using 256 total tokens in paged KV cache, and 2 blocks per sequence",
    "kv 256 tokens",
  ],
  [
    "tensorrt-llm-engine",
    "Max tokens in paged KV cache: 3136. Allocating 205520896 bytes.",
    "kv 3136 tokens",
    "kv 205520896 bytes",
  ],
  ["tensorrt-llm-engine", "Total Weights Memory: 16060522752", "weights 16060522752"],
  [
    "tensorrt-llm-engine",
    "Total Activation Memory: 1811942912 bytes",
    "activations 1811942912 bytes",
  ],
  ["tensorrt-llm", `${PYTORCH}Use 63.32 GB for model weights.`, "weights 63.32 GB"],
  [
    "tensorrt-llm",
    `${PROFILED} (inside torch) in memory usage profiling: 63.52 GiB`,
    "weights 63.52 GiB",
  ],
  [
    "tensorrt-llm",
    `${PROFILED} (outside torch) in memory usage profiling: 49.78 GiB`,
    "outside-torch-after-load 49.78 GiB",
  ],
  [
    "tensorrt-llm",
    `${PYTORCH}Memory dynamically allocated during inference (inside torch) in memory usage profiling: 0.85 GiB`,
    "activations 0.85 GiB",
  ],
  [
    "tensorrt-llm",
    `${PYTORCH}Memory used outside torch (e.g., NCCL and CUDA graphs) in memory usage profiling: 49.28 GiB`,
    "outside-torch 49.28 GiB",
  ],
  ["tensorrt-llm", PEAK, "peak 113.65 GiB", "kv-budget 5.95 GiB"],
  [
    "tensorrt-llm",
    `${PEAK}, fraction is set 0.8999999761581421, kv size is 73728. device total memory 119.70 GiB, , tmp kv_mem 0.56 GiB`,
    "peak 113.65 GiB",
    "device-total 119.70 GiB",
    "temporary-kv 0.56 GiB",
    "kv-budget 5.95 GiB",
    "kv 73728 bytes-per-token",
  ],
  [
    "tensorrt-llm",
    `${PEAK}, fraction is set 0.9, kv size per token is 24576 bytes/token + 123456 bytes fixed cost. device total memory 119.70 GiB, temporary kv cache memory during profiling 0.56 GiB`,
    "peak 113.65 GiB",
    "device-total 119.70 GiB",
    "temporary-kv 0.56 GiB",
    "kv-budget 5.95 GiB",
    "kv 24576 bytes bytes-per-token",
    "kv-fixed 123456 bytes",
  ],
  [
    "tensorrt-llm",
    `${PEAK}, fraction is set 0.9, kv size per token is 24576. device total memory 119.70 GiB`,
    "peak 113.65 GiB",
    "device-total 119.70 GiB",
    "kv-budget 5.95 GiB",
    "kv 24576 bytes-per-token",
  ],
  ["tensorrt-llm", `${PYTORCH}Estimated max tokens in KV cache : 86711`, "kv-limit 86711 tokens"],
  ["tensorrt-llm", `${PYTORCH}Estimated max memory in KV cache : 5.95 GiB`, "kv-limit 5.95 GiB"],
  [
    "tensorrt-llm",
    `${PYTORCH}max_tokens=32768 is provided. It limits max memory to 4.00 GiB. New max_memory is set to 4.00 GiB`,
    "kv-limit 4.00 GiB",
  ],
  [
    "tensorrt-llm",
    `${PYTORCH}max_gpu_total_bytes=4.00 GiB is provided. New max memory is 3.50 GiB`,
    "kv-limit 3.50 GiB",
  ],
  [
    "tensorrt-llm",
    `${PYTORCH}Both free_gpu_memory_fraction and max_tokens are set (to 0.9 and 86711 with free memory 12.5GiB of total memory 119.7GiB, respectively). The smaller value will be used.`,
    "free-for-kv 12.5",
    "device-total 119.7 GiB",
  ],
  // a version that divides by 4 GiB and prints no unit
  [
    "tensorrt-llm",
    `${PYTORCH}Both free_gpu_memory_fraction and max_tokens are set (to 0.9 and 86711 with free memory 3.1 of total memory 29.9, respectively). The smaller value will be used.`,
  ],
  [
    "tensorrt-llm",
    "[TensorRT-LLM][WARNING] Attention workspace size is not enough, increase the size from 0 bytes to 100738816 bytes",
    "workspace 100738816 bytes",
  ],
  [
    "tensorrt-llm",
    `${PYTORCH}Setting PyTorch memory fraction to 0.5983721838660735 (71.62367630004883 GiB)`,
    "torch-limit 71.62367630004883 GiB",
  ],
  ["tensorrt-llm", "max_gpu_total_bytes is provided. New quota is 3.5GiB", "kv-limit 3.5GiB"],
  [
    "tensorrt-llm",
    "max_tokens 32768 is provided. Allowed quota from max_tokens is 4.1GiB. New quota is 3.9GiB",
    "kv-limit 3.9GiB",
  ],
  ["tensorrt-llm", "KV cache manager v2 device quota set to 12.34567GiB", "kv 12.34567GiB"],
  ["tensorrt-llm", "KV cache manager v2 host cache quota set to 8.0GiB", "host-kv 8.0GiB"],
  [
    "tensorrt-llm",
    `${PYTORCH}Reserving 1.25 GiB for the context-MLA attention workspace (w=65536 B/token, admitting up to 20480 tokens): KV cache budget 30.00 -> 28.75 GiB.`,
    "workspace 1.25 GiB",
    "kv-budget 28.75 GiB",
  ],
  // posted lines of the others
  ["vllm", "Estimated CUDA graph memory: 0.13 GiB total", "graphs 0.13 GiB"],
  [
    "vllm",
    "Free memory on device (22.93/23.56 GiB) on startup. Desired GPU memory utilization is (0.935, 22.03 GiB). Actual usage is 19.47 GiB for consumed memory (weights + non-torch), 0.6 GiB for peak activation, and 0.1 GiB for CUDAGraph memory. Current kv cache memory in use is 1.95 GiB.",
    "free-at-start 22.93",
    "device-total 23.56 GiB",
    "weights-and-outside 19.47 GiB",
    "activations 0.6 GiB",
    "graphs 0.1 GiB",
    "kv-budget 1.95 GiB",
  ],
  ["sglang", "Memory pool end. avail mem=24.89 GB", "free-at-end 24.89 GB"],
  [
    "llama.cpp",
    "llama_model_load_from_file_impl: using device CUDA0 (NVIDIA GeForce RTX 3090) (0000:01:00.0) - 23886 MiB free",
    "free-at-start 23886 MiB",
  ],
];

const table: readonly Row[] = rows.map(([engine, line, ...says]) => ({ engine, line, says }));

test.each(table)("$engine: $line", ({ engine, line, says }) => {
  const { findings } = readLog(line, { engine });
  const said = findings.map(({ term, printed, unit }) =>
    unit === "bytes" ? `${term} ${printed}` : `${term} ${printed} ${unit}`,
  );
  expect([...said].sort()).toEqual(says.map((one) => one.replace(/(?<=\d)GiB/, " GiB")).sort());
  expect(findings.every(({ source }) => source !== "")).toBe(true);
});
