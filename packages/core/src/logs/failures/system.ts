import type { FailurePattern } from "./failure-pattern.ts";

const LLAMA = "ggml-org/llama.cpp src/llama-model-loader.cpp";
const TRANSFORMERS = "huggingface/transformers src/transformers/utils/hub.py";

/** Files, ports and the host's own memory. */
export const SYSTEM_FAILURES: readonly FailurePattern[] = [
  { code: "port-in-use", has: ["ddress already in use"], source: "Linux strerror(EADDRINUSE)" },
  {
    code: "port-in-use",
    has: ["couldn't bind", "server socket"],
    source: "ggml-org/llama.cpp tools/server/server.cpp",
  },
  {
    code: "files-missing",
    has: ["No such file or directory", ".engine"],
    source: "https://github.com/modal-labs/modal-examples/issues/747",
  },
  {
    code: "files-missing",
    has: ["Error opening engine file"],
    source: "NVIDIA/TensorRT-LLM cpp/tensorrt_llm/runtime",
  },
  {
    code: "files-missing",
    has: ["FileNotFoundError:", "No such file or directory"],
    source: "Python",
  },
  {
    code: "files-missing",
    has: ["is not a local folder and is not a valid model identifier"],
    source: TRANSFORMERS,
  },
  { code: "files-missing", has: ["does not appear to have a file named"], source: TRANSFORMERS },
  { code: "files-missing", has: ["Incorrect path_or_model_id"], source: TRANSFORMERS },
  { code: "files-missing", has: ["failed to open GGUF file"], source: LLAMA },
  {
    code: "file-invalid",
    has: ["Engine deserialization failed"],
    source: "https://github.com/NVIDIA/TensorRT/issues/2176",
  },
  { code: "file-invalid", has: ["SafetensorError:"], source: "huggingface/safetensors" },
  { code: "file-invalid", has: ["error loading model:"], source: LLAMA },
  { code: "host-memory", has: ["Out of memory: Killed process"], source: "Linux mm/oom_kill.c" },
  { code: "host-memory", has: ["oom-kill:"], source: "Linux mm/oom_kill.c" },
  {
    code: "host-memory",
    has: ["DefaultCPUAllocator: can't allocate memory"],
    source: "pytorch/pytorch c10/core/CPUAllocator.cpp",
  },
  { code: "host-memory", has: ["std::bad_alloc"], source: "C++" },
  { code: "killed", has: ["Killed"], shape: /(?:^|\s)Killed(?:\s{2}|$)/, source: "bash" },
  { code: "killed", has: ["died with <Signals.SIGKILL: 9>"], source: "Python subprocess" },
  { code: "killed", has: ["exited on signal 9 (Killed)"], source: "Open MPI mpirun" },
  { code: "killed", has: ["exit code: -9"], source: "vLLM and SGLang, of a worker" },
];
