// LlmArgs as trtllm-serve's YAML and the LLM-API model's model.yaml have them: what Berth writes, and no other key,
// since TensorRT-LLM takes an unknown one for an error.

const COUNT = { type: "integer", minimum: 1 } as const;

const LLM_ARGS = {
  tensor_parallel_size: COUNT,
  pipeline_parallel_size: COUNT,
  moe_expert_parallel_size: COUNT,
  pp_partition: { type: "array", items: COUNT, minItems: 2 },
  gpus_per_node: COUNT,
  allreduce_strategy: { enum: ["AUTO", "NCCL", "ONESHOT", "TWOSHOT"] },
  max_batch_size: COUNT,
  max_num_tokens: COUNT,
  max_seq_len: COUNT,
  enable_chunked_prefill: { type: "boolean" },
  cuda_graph_config: {
    type: "object",
    additionalProperties: false,
    properties: { enable_padding: { type: "boolean" }, max_batch_size: COUNT },
  },
  kv_cache_config: {
    type: "object",
    additionalProperties: false,
    required: ["free_gpu_memory_fraction", "max_tokens", "dtype"],
    properties: {
      free_gpu_memory_fraction: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
      max_tokens: COUNT,
      dtype: { enum: ["auto", "fp8", "nvfp4"] },
      tokens_per_block: { enum: [16, 32, 64, 128] },
      enable_block_reuse: { type: "boolean" },
    },
  },
} as const;

const REQUIRED = ["tensor_parallel_size", "max_batch_size", "max_num_tokens", "kv_cache_config"];

/** config/*.yaml of trtllm-serve. */
export const LLM_ARGS_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  required: REQUIRED,
  properties: LLM_ARGS,
};

/** model.yaml of Triton's LLM-API model. */
export const MODEL_YAML_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  required: [...REQUIRED, "model", "backend", "triton_config"],
  properties: {
    ...LLM_ARGS,
    model: { type: "string", minLength: 1 },
    backend: { const: "pytorch" },
    triton_config: {
      type: "object",
      additionalProperties: false,
      required: ["max_batch_size", "decoupled"],
      properties: { max_batch_size: { const: 0 }, decoupled: { const: true } },
    },
  },
};
