import { fields, list, type PbMessage, type PbValue, printPbtxt } from "../../text/pbtxt.ts";
import { type Tensor, tensorList } from "../triton/tensors.ts";
import type { EngineModel } from "./engine-models.ts";

/** config.pbtxt of the public model: text in, text out, in three steps. */
export function ensembleConfig(model: EngineModel): string {
  const { deployment } = model.instances[0];
  return printPbtxt([
    ["name", model.ensemble],
    ["platform", "ensemble"],
    ["max_batch_size", deployment.maxBatchSize],
    ["input", tensorList([...FOR_PREPROCESSING, ...FOR_LLM].map(({ tensor }) => tensor))],
    ["output", tensorList(OUTPUTS)],
    ["ensemble_scheduling", fields([["step", list(steps(model))]])],
  ]);
}

function steps({ tokenizer, llm }: EngineModel): readonly PbValue[] {
  return [
    step(
      tokenizer.preprocessing,
      FOR_PREPROCESSING.map(({ tensor, to }) => [to, tensor.name]),
      BETWEEN.map(({ from, via }) => [from, via]),
    ),
    step(
      llm,
      [
        ...BETWEEN.map(({ to, via }) => [to, via] as const),
        ...FOR_LLM.map(({ tensor, to }) => [to, tensor.name] as const),
      ],
      [
        ["output_ids", "_TOKENS_BATCH"],
        ["sequence_length", "_SEQUENCE_LENGTH"],
        ...LLM_OUTPUTS.map(({ name }) => [name, name] as const),
      ],
    ),
    step(
      tokenizer.postprocessing,
      [
        ["TOKENS_BATCH", "_TOKENS_BATCH"],
        ["SEQUENCE_LENGTH", "_SEQUENCE_LENGTH"],
      ],
      [["OUTPUT", "text_output"]],
    ),
  ];
}

type Map = readonly (readonly [key: string, value: string])[];

/** The key is the step's own name of a tensor, the value its name in the ensemble. */
function step(modelName: string, inputs: Map, outputs: Map): PbValue {
  const entries = (field: string, map: Map): PbMessage =>
    map.map(([key, value]) => [
      field,
      fields([
        ["key", key],
        ["value", value],
      ]),
    ]);
  return fields([
    ["model_name", modelName],
    ["model_version", -1],
    ...entries("input_map", inputs),
    ...entries("output_map", outputs),
  ]);
}

interface Input {
  readonly tensor: Tensor;
  /** What the step calls it. */
  readonly to: string;
}

function input(
  name: string,
  type: Tensor["type"],
  to: string,
  dims: readonly number[] = [1],
): Input {
  return { tensor: { name, type, dims, isOptional: true }, to };
}

const FOR_PREPROCESSING: readonly Input[] = [
  { tensor: { name: "text_input", type: "STRING", dims: [1] }, to: "QUERY" },
  { tensor: { name: "max_tokens", type: "INT32", dims: [1] }, to: "REQUEST_OUTPUT_LEN" },
  input("bad_words", "STRING", "BAD_WORDS_DICT", [-1]),
  input("stop_words", "STRING", "STOP_WORDS_DICT", [-1]),
  input("embedding_bias_words", "STRING", "EMBEDDING_BIAS_WORDS", [-1]),
  input("embedding_bias_weights", "FP32", "EMBEDDING_BIAS_WEIGHTS", [-1]),
  input("end_id", "INT32", "END_ID"),
  input("pad_id", "INT32", "PAD_ID"),
];

const FOR_LLM: readonly Input[] = [
  input("num_return_sequences", "INT32", "num_return_sequences"),
  input("exclude_input_in_output", "BOOL", "exclude_input_in_output"),
  input("top_k", "INT32", "runtime_top_k"),
  input("top_p", "FP32", "runtime_top_p"),
  input("temperature", "FP32", "temperature"),
  input("length_penalty", "FP32", "len_penalty"),
  input("repetition_penalty", "FP32", "repetition_penalty"),
  input("min_tokens", "INT32", "min_tokens"),
  input("presence_penalty", "FP32", "presence_penalty"),
  input("frequency_penalty", "FP32", "frequency_penalty"),
  input("seed", "UINT64", "seed"),
  input("return_log_probs", "BOOL", "return_log_probs"),
  input("return_context_logits", "BOOL", "return_context_logits"),
  input("return_generation_logits", "BOOL", "return_generation_logits"),
  input("beam_width", "INT32", "beam_width"),
  input("stream", "BOOL", "streaming"),
];

/** From preprocessing to the engine: its output, the name in between, the engine's input. */
const BETWEEN = [
  { from: "INPUT_ID", via: "_INPUT_ID", to: "input_ids" },
  { from: "REQUEST_INPUT_LEN", via: "_REQUEST_INPUT_LEN", to: "input_lengths" },
  { from: "REQUEST_OUTPUT_LEN", via: "_REQUEST_OUTPUT_LEN", to: "request_output_len" },
  { from: "STOP_WORDS_IDS", via: "_STOP_WORDS_IDS", to: "stop_words_list" },
  { from: "BAD_WORDS_IDS", via: "_BAD_WORDS_IDS", to: "bad_words_list" },
  { from: "EMBEDDING_BIAS", via: "_EMBEDDING_BIAS", to: "embedding_bias" },
  { from: "OUT_END_ID", via: "_END_ID", to: "end_id" },
  { from: "OUT_PAD_ID", via: "_PAD_ID", to: "pad_id" },
] as const;

const LLM_OUTPUTS: readonly Tensor[] = [
  { name: "cum_log_probs", type: "FP32", dims: [-1] },
  { name: "output_log_probs", type: "FP32", dims: [-1, -1] },
  { name: "context_logits", type: "FP32", dims: [-1, -1] },
  { name: "generation_logits", type: "FP32", dims: [-1, -1, -1] },
  { name: "batch_index", type: "INT32", dims: [1] },
  { name: "sequence_index", type: "INT32", dims: [1] },
];

const OUTPUTS: readonly Tensor[] = [
  { name: "text_output", type: "STRING", dims: [-1] },
  ...LLM_OUTPUTS,
];
