import { printPbtxt } from "../../text/pbtxt.ts";
import {
  dynamicBatching,
  instanceGroup,
  parameters,
  type Tensor,
  tensorList,
} from "../triton/tensors.ts";
import type { Tokenizer } from "./engine-models.ts";
import type { TritonFront } from "./repository.ts";

/** config.pbtxt of the model that turns text into tokens; a BLS model asks it for all that it could say. */
export function preprocessingConfig(tokenizer: Tokenizer, front: TritonFront): string {
  return printPbtxt([
    ["name", tokenizer.preprocessing],
    ["backend", "python"],
    ["max_batch_size", tokenizer.maxBatchSize],
    dynamicBatching(tokenizer.maxBatchSize),
    ["input", tensorList(TEXT_INPUTS)],
    ["output", tensorList(front === "bls" ? [...TOKEN_OUTPUTS, ...ASKED_BY_BLS] : TOKEN_OUTPUTS)],
    instanceGroup(1),
    ...parameters({
      tokenizer_dir: tokenizer.folder,
      add_special_tokens: "true",
      // model.py reads this one without asking whether it is there; "" is no multimodal model.
      multimodal_model_path: "",
    }),
  ]);
}

/** config.pbtxt of the model that turns tokens into text. */
export function postprocessingConfig(tokenizer: Tokenizer): string {
  return printPbtxt([
    ["name", tokenizer.postprocessing],
    ["backend", "python"],
    ["max_batch_size", tokenizer.maxBatchSize],
    dynamicBatching(tokenizer.maxBatchSize),
    [
      "input",
      tensorList([
        { name: "TOKENS_BATCH", type: "INT32", dims: [-1, -1] },
        { name: "SEQUENCE_LENGTH", type: "INT32", dims: [-1] },
      ]),
    ],
    ["output", tensorList([{ name: "OUTPUT", type: "STRING", dims: [-1] }])],
    instanceGroup(1),
    ...parameters({ tokenizer_dir: tokenizer.folder, skip_special_tokens: "true" }),
  ]);
}

const TEXT_INPUTS: readonly Tensor[] = [
  { name: "QUERY", type: "STRING", dims: [1] },
  { name: "REQUEST_OUTPUT_LEN", type: "INT32", dims: [1] },
  { name: "DECODER_QUERY", type: "STRING", dims: [1], isOptional: true },
  { name: "BAD_WORDS_DICT", type: "STRING", dims: [-1], isOptional: true },
  { name: "STOP_WORDS_DICT", type: "STRING", dims: [-1], isOptional: true },
  { name: "EMBEDDING_BIAS_WORDS", type: "STRING", dims: [-1], isOptional: true },
  { name: "EMBEDDING_BIAS_WEIGHTS", type: "FP32", dims: [-1], isOptional: true },
  { name: "END_ID", type: "INT32", dims: [1], isOptional: true },
  { name: "PAD_ID", type: "INT32", dims: [1], isOptional: true },
  { name: "PROMPT_TABLE_EXTRA_ID", type: "UINT64", dims: [1], isOptional: true },
];

/** The last three are for images; model.py asks for their types in every case. */
const TOKEN_OUTPUTS: readonly Tensor[] = [
  { name: "INPUT_ID", type: "INT32", dims: [-1] },
  { name: "REQUEST_INPUT_LEN", type: "INT32", dims: [1] },
  { name: "DECODER_INPUT_ID", type: "INT32", dims: [-1] },
  { name: "REQUEST_DECODER_INPUT_LEN", type: "INT32", dims: [1] },
  { name: "BAD_WORDS_IDS", type: "INT32", dims: [2, -1] },
  { name: "STOP_WORDS_IDS", type: "INT32", dims: [2, -1] },
  { name: "EMBEDDING_BIAS", type: "FP32", dims: [-1] },
  { name: "REQUEST_OUTPUT_LEN", type: "INT32", dims: [-1] },
  { name: "OUT_END_ID", type: "INT32", dims: [1] },
  { name: "OUT_PAD_ID", type: "INT32", dims: [1] },
  { name: "OUT_PROMPT_TABLE_EXTRA_IDS", type: "UINT64", dims: [-1] },
  { name: "PIXEL_VALUES", type: "FP16", dims: [-1, -1, -1, -1] },
  { name: "IMAGE_SIZES", type: "INT64", dims: [-1, 2] },
];

/** All of images and videos, which a text model never fills. */
const ASKED_BY_BLS: readonly Tensor[] = [
  { name: "IS_VIDEO_INPUT", type: "BOOL", dims: [1] },
  { name: "VISION_INPUT_ID", type: "INT32", dims: [-1] },
  { name: "ATTENTION_MASK", type: "INT64", dims: [-1] },
  { name: "IMAGE_GRID_THW", type: "INT64", dims: [3] },
];
