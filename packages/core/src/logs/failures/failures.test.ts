import { expect, test } from "vitest";
import { GIB, MIB } from "../../units/units.ts";
import { readLog } from "../read-log.ts";
import { DEVICE_FAILURES } from "./devices.ts";
import { MEMORY_FAILURES } from "./memory.ts";
import { SYSTEM_FAILURES } from "./system.ts";

/** Lines as engines print them, each from a public issue or from the program named in the tables. */
test.each([
  [
    "out-of-memory",
    "[TensorRT-LLM][ERROR] CUDA runtime error in ::cudaMallocAsync(ptr, n, mCudaStream->get()): out of memory (/app/tensorrt_llm/cpp/tensorrt_llm/runtime/tllmBuffers.h:112)",
  ],
  [
    "out-of-memory",
    "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 5049.71 MiB on device 0: cudaMalloc failed: out of memory",
  ],
  [
    "kv-too-small",
    "maxTokensInPagedKvCache (29184) must be large enough to process at least 1 sequence to completion (i.e. must be larger than beam_width (1) * tokensPerBlock (128) * maxBlocksPerSeq (272))",
  ],
  ["kv-too-small", "AssertionError: Impossible to fit in any sequence in kvCache"],
  [
    "kv-too-small",
    "ValueError: To serve at least one request with the models's max seq len (32768), (4.00 GiB KV cache is needed, which is larger than the available KV cache memory (3.06 GiB).",
  ],
  [
    "less-free-than-share",
    "ValueError: Free memory on device (1.95/23.56 GiB) on startup is less than desired GPU memory utilization (0.9, 21.2 GiB).",
  ],
  ["cublas-handle", "[TensorRT-LLM][ERROR] Failed to create cublas handle"],
  [
    "nccl-peer-to-peer",
    "CUDA runtime error in cudaDeviceEnablePeerAccess: peer access is not supported between these two devices",
  ],
  [
    "nccl",
    "RuntimeError: NCCL error in: ../torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp:1331, unhandled system error",
  ],
  [
    "engine-device",
    "[TRT] [E] 6: The engine plan file is generated on an incompatible device, expecting compute 8.0 got compute 8.9, please rebuild.",
  ],
  [
    "engine-version",
    "The engine plan file is not compatible with this version of TensorRT, expecting library version 8.0.0 got 8.0.1, please rebuild.",
  ],
  [
    "compute-capability",
    "ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0.",
  ],
  [
    "precision-unsupported",
    "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89. Current capability: 86.",
  ],
  ["driver-too-old", "CUDA driver version is insufficient for CUDA runtime version"],
  ["no-gpu", "RuntimeError: CUDA error: invalid device ordinal"],
  ["port-in-use", "OSError: [Errno 98] Address already in use"],
  [
    "port-in-use",
    "[Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
  ],
  [
    "files-missing",
    "FileNotFoundError: [Errno 2] No such file or directory: '/root/model/model_output/rank0.engine'",
  ],
  [
    "file-invalid",
    "llama_model_load: error loading model: tensor 'blk.1.attn_k.weight' data is not within the file bounds",
  ],
  ["host-memory", "[12.3] Out of memory: Killed process 4711 (trtllm-serve) total-vm:1kB"],
  ["killed", "start.sh: line 3:  4711 Killed                  trtllm-serve /m"],
  ["killed", "Killed"],
  ["prompt-too-long", "Prompt length (30) exceeds maximum input length (0)"],
])("%s: %s", (code, line) => {
  const { failures } = readLog(`first\n${line}\nlast`);
  expect(failures).toMatchObject([{ code, line: 2, count: 1 }]);
  expect(failures[0]?.meaning).toMatch(/^[A-Zc].*\.$/);
});

test("ordinary lines tell of no failure", () => {
  const text = [
    "INFO If out-of-memory error occurs during cudagraph capture, consider decreasing `gpu_memory_utilization`",
    "Killed time by reading about out of memory errors",
    "[TRT-LLM] [I] Engine version 1.2.1 found in the config file",
  ].join("\n");
  expect(readLog(text).failures).toEqual([]);
});

test("PyTorch's numbers, and how often it was said", () => {
  const line =
    "[TRT-LLM] [RANK 2] [E] CUDA out of memory. Tried to allocate 40.00 MiB. GPU 0 has a total capacity of 22.07 GiB of which 20.62 MiB is free. Process 157 has 270.00 MiB memory in use.";
  expect(readLog(`${line}\n${line}`).failures).toMatchObject([
    {
      requestedBytes: 40 * MIB,
      freeBytes: Math.round(20.62 * MIB),
      totalBytes: Math.round(22.07 * GIB),
      rank: 2,
      count: 2,
    },
  ]);
});

test("TensorRT-LLM's report: the component, and what each stage left free (issue 5950)", () => {
  const { failures, stages } = readLog(
    `RuntimeError: Executor creation failed due to insufficient GPU memory.

The following component could not be created: Additional executor resources
Total GPU memory (GiB): 95.00
Free GPU memory before component creation attempt (GiB): 16.95

Previously created components and free GPU memory before/after creation (GiB):
Model: 94.30 / 47.83
Sampler: 47.83 / 47.83
Initial KV cache (temporary for KV cache size estimation): 47.83 / 45.67
`,
  );
  expect(failures).toMatchObject([
    {
      code: "executor-memory",
      component: "Additional executor resources",
      totalBytes: 95 * GIB,
      freeBytes: Math.round(16.95 * GIB),
    },
  ]);
  expect(stages.map(({ name }) => name)).toEqual([
    "Model",
    "Sampler",
    "Initial KV cache (temporary for KV cache size estimation)",
  ]);
  expect(stages[0]).toMatchObject({ freeBeforeBytes: Math.round(94.3 * GIB) });
});

test("every row has a source, and no row is hidden behind one before it", () => {
  for (const { code, has, source, shape } of [
    ...MEMORY_FAILURES,
    ...DEVICE_FAILURES,
    ...SYSTEM_FAILURES,
  ]) {
    expect(source).not.toBe("");
    const line = shape === undefined ? has.join(" ") : `${has.join(" ")}  x`;
    expect([code, readLog(line).failures[0]?.code]).toEqual([code, code]);
  }
});
