import type { EngineId } from "../../engine/engine.ts";
import type { Quantization } from "../../model/quantization.ts";

/** What a README says of one engine, whatever starts it. */
export interface EngineWords {
  /** What it is called in a sentence, and its program. */
  readonly name: string;
  readonly program: string;
  /** Lists its flags. */
  readonly help: string;
  /** The log's line on the KV cache, a pattern that finds it, and what should stand there. */
  readonly kvLog: string;
  readonly kvPattern: string;
  readonly kvNumber: string;
  /** What the engine does with a 16-bit KV cache that its checkpoint may overrule. */
  readonly kvAuto: string;
  /** Of models whose own files won't do. */
  readonly needs: string;
  readonly howToGet: Readonly<Record<Quantization, string>>;
}

const MODEL_OPT = "quantise it with NVIDIA Model Optimizer (hf_ptq.py, export format hf)";
const COMPRESSOR = "quantise it with LLM Compressor";
const CONVERT = "make it with llama.cpp's convert_hf_to_gguf.py";
const NO_GGUF = "llama.cpp's tools make no such file";

const FOR_TRTLLM = {
  bf16: "take the model's 16-bit repository",
  fp16: "take the model's 16-bit repository",
  fp8: `${MODEL_OPT}, format fp8`,
  "fp8-block": "take the maker's FP8 repository (128 × 128 blocks)",
  "int8-sq": `${MODEL_OPT}, format int8_sq`,
  "int8-wo": `${MODEL_OPT}, format int8_wo`,
  "int4-awq": `${MODEL_OPT}, format int4_awq, or take an AWQ repository of it`,
  "int4-gptq": "take a GPTQ repository of it",
  "w4a8-awq": `${MODEL_OPT}, format w4a8_awq`,
  nvfp4: `${MODEL_OPT}, format nvfp4`,
  mxfp4: "take the maker's MXFP4 repository",
  gguf: "take its GGUF file",
} as const satisfies EngineWords["howToGet"];

const FOR_TORCH = {
  ...FOR_TRTLLM,
  fp8: `${COMPRESSOR}, scheme FP8_DYNAMIC, or take an FP8 repository of it`,
  "int8-sq": `${COMPRESSOR}, scheme W8A8`,
  "int8-wo": `${COMPRESSOR}, scheme W8A16`,
  "int4-awq": `${COMPRESSOR}, AWQ with scheme W4A16, or take an AWQ repository of it`,
} as const satisfies EngineWords["howToGet"];

const FOR_LLAMA_CPP = {
  bf16: `${CONVERT} --outtype bf16`,
  fp16: `${CONVERT} --outtype f16`,
  fp8: NO_GGUF,
  "fp8-block": NO_GGUF,
  "int8-sq": NO_GGUF,
  "int8-wo": NO_GGUF,
  "int4-awq": NO_GGUF,
  "int4-gptq": NO_GGUF,
  "w4a8-awq": NO_GGUF,
  nvfp4: NO_GGUF,
  mxfp4: `${CONVERT} from the maker's MXFP4 repository`,
  gguf: "take its GGUF file, of which the first where there are several",
} as const satisfies EngineWords["howToGet"];

const OTHER_WEIGHTS =
  "These models are planned with other weights than their files hold. Their scripts start only when the variable names a checkpoint in the planned format:";

const WORDS: Readonly<Record<EngineId, EngineWords>> = {
  "tensorrt-llm": {
    name: "TensorRT-LLM",
    program: "trtllm-serve",
    help: "trtllm-serve serve --help",
    kvLog:
      "Each log holds, twice, a line `[MemUsageChange] Allocated … GiB for max tokens in paged KV cache (…)`; the last one counts.",
    kvPattern: "max tokens in paged KV cache",
    kvNumber: "the number in brackets should be:",
    kvAuto:
      "`dtype: auto` is the checkpoint's own 16-bit type, unless its files ask for another KV cache (`kv_cache_quant_algo` in `hf_quant_config.json`, `kv_cache_scheme` in `config.json`); TensorRT-LLM has no value that forces 16 bits.",
    needs: OTHER_WEIGHTS,
    howToGet: FOR_TRTLLM,
  },
  "tensorrt-llm-engine": {
    name: "TensorRT-LLM in Triton",
    program: "Triton",
    help: "/opt/tritonserver/bin/tritonserver --help",
    kvLog:
      "Each log holds a line `[MemUsageChange] Allocated … GiB for max tokens in paged KV cache (…)` a rank.",
    kvPattern: "max tokens in paged KV cache",
    kvNumber: "the number in brackets should be:",
    kvAuto: "",
    needs: "",
    howToGet: FOR_TRTLLM,
  },
  vllm: {
    name: "vLLM",
    program: "vllm serve",
    help: "vllm serve --help=all",
    kvLog: "Each log holds a line `GPU KV cache size: … tokens`.",
    kvPattern: "GPU KV cache size",
    kvNumber: "the number should be:",
    kvAuto: autoSentence("vLLM"),
    needs: OTHER_WEIGHTS,
    howToGet: FOR_TORCH,
  },
  sglang: {
    name: "SGLang",
    program: "sglang.launch_server",
    help: "python3 -m sglang.launch_server --help",
    kvLog: "Each log holds a line `KV Cache is allocated. … #tokens: …`, one a rank.",
    kvPattern: "#tokens:",
    kvNumber: "the number should be:",
    kvAuto: autoSentence("SGLang"),
    needs: OTHER_WEIGHTS,
    howToGet: FOR_TORCH,
  },
  "llama.cpp": {
    name: "llama.cpp",
    program: "llama-server",
    help: "llama-server --help",
    kvLog: "Each log holds a line `llama_kv_cache: size = … MiB (… cells, … layers, …/… seqs)`.",
    kvPattern: "llama_kv_cache: size",
    kvNumber: "cells times sequences should be:",
    kvAuto: "",
    needs:
      "llama.cpp reads GGUF files. The scripts of these models start only when the variable names one:",
    howToGet: FOR_LLAMA_CPP,
  },
};

function autoSentence(name: string): string {
  return (
    "`--kv-cache-dtype auto` is the model's own 16-bit type, unless its files ask for another KV cache " +
    `(\`kv_cache_quant_algo\` in \`hf_quant_config.json\`, \`kv_cache_scheme\` in \`config.json\`), which newer versions of ${name} follow.`
  );
}

export function wordsOf(engine: EngineId): EngineWords {
  return WORDS[engine];
}
