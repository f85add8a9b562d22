import type { Built, BuiltLimits } from "../model/built.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError } from "../report/errors.ts";
import { formatGib } from "../units/format.ts";
import { checkpointBytes } from "./checkpoint-bytes.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { importHfConfig } from "./hf-config.ts";
import { MAX_CONTEXT } from "./limits.ts";
import { configOfTrtllm } from "./trtllm-config.ts";

/** The files of a TensorRT-LLM engine or checkpoint folder. */
export interface TrtllmFiles {
  readonly id: string;
  /** The name of its config.json in messages. */
  readonly file: string;
  readonly config: unknown;
  /** Bytes of the weights in rank0.engine or rank0.safetensors and so on, by rank; empty where there are none. */
  readonly rankBytes: readonly number[];
}

/** The most ranks seen in one engine: 64. */
const MAX_RANKS = 4096;

/** The largest limits that make sense: a batch or a step of more tokens fits no card. */
const MAX_LIMIT = 16_777_216;

/** Whether a config.json is that of an engine or checkpoint of TensorRT-LLM rather than a model's own. */
export function isTrtllmConfig(config: unknown): boolean {
  if (typeof config !== "object" || config === null) {
    return false;
  }
  return (
    "pretrained_config" in config ||
    "builder_config" in config ||
    ("architecture" in config && "mapping" in config)
  );
}

/** What an engine or a checkpoint holds, for which ranks and limits. Throws an InputError where it is unreadable. */
export function importTrtllm({ id, file, config, rankBytes }: TrtllmFiles): ModelSpec {
  const whole = fieldsOf(file, config);
  if (whole.has("builder_config")) {
    throw whole.bad(
      "builder_config",
      "the engine is from before TensorRT-LLM 0.8; give the checkpoint or the model's own config.json",
    );
  }
  const pretrained = whole.object("pretrained_config");
  const fields = pretrained ?? whole;
  const limits = limitsOf(whole.object("build_config"));
  const model = importHfConfig({ id, file, config: configOfTrtllm(fields, limits?.maxSeqLen) });
  const version = whole.text("version");
  const built: Built = {
    kind: pretrained === undefined ? "checkpoint" : "engine",
    ...(version === undefined ? {} : { version }),
    ...mappingOf(fields),
    ...(limits === undefined ? {} : { limits }),
  };
  return withRankFiles({ ...model, built }, built, { file, rankBytes });
}

function mappingOf(config: Fields): Pick<Built, "tp" | "pp" | "ep"> {
  const mapping = config.object("mapping");
  const count = (key: string): number => mapping?.count(key, MAX_RANKS, 1) ?? 1;
  // -1 is "not said" here
  const ep = mapping?.raw("moe_ep_size");
  return {
    tp: count("tp_size"),
    pp: count("pp_size"),
    ep: ep === undefined || ep === -1 ? 1 : count("moe_ep_size"),
  };
}

function limitsOf(build: Fields | undefined): BuiltLimits | undefined {
  if (build === undefined) {
    return;
  }
  const maxBatchSize = build.count("max_batch_size", MAX_LIMIT);
  // before 0.11, engines state prompt and output apart
  const maxSeqLen = build.has("max_seq_len")
    ? build.count("max_seq_len", MAX_CONTEXT)
    : build.count("max_input_len", MAX_CONTEXT) + build.count("max_output_len", MAX_CONTEXT);
  return {
    maxBatchSize,
    maxSeqLen,
    maxNumTokens: build.count(
      "max_num_tokens",
      MAX_LIMIT,
      Math.min(MAX_LIMIT, maxBatchSize * maxSeqLen),
    ),
    maxBeamWidth: build.count("max_beam_width", MAX_LIMIT, 1),
  };
}

function withRankFiles(
  model: ModelSpec,
  { tp, pp }: Built,
  { file, rankBytes }: Pick<TrtllmFiles, "file" | "rankBytes">,
): ModelSpec {
  if (rankBytes.length === 0) {
    return {
      ...model,
      notes: [...model.notes, "its rank files are not there: its config's arithmetic is used"],
    };
  }
  if (rankBytes.length !== tp * pp) {
    throw new InputError(
      { file },
      `expected ${tp * pp} rank files for tp ${tp} and pp ${pp}, found ${rankBytes.length}`,
    );
  }
  const total = rankBytes.reduce((sum, bytes) => sum + bytes, 0);
  const [least, most] = expectedRange(model, tp);
  const numbers = `its rank files hold ${formatGib(total)}, its config's arithmetic gives ${formatGib(least)}`;
  if (total < least / 2) {
    return {
      ...model,
      notes: [
        ...model.notes,
        `${numbers}: it was built without its weights, and the arithmetic is taken`,
      ],
    };
  }
  const isOdd = total < least * (1 - TOLERATED) || total > most * (1 + TOLERATED);
  return {
    ...model,
    stored: { ...model.stored, rankFiles: { tp, pp, bytes: rankBytes } },
    notes: isOdd ? [...model.notes, `${numbers}: the files are taken`] : model.notes,
  };
}

/** Engines hold kernels and padding besides their weights. */
const TOLERATED = 0.03;

/** All ranks together hold the model once; embeddings and a tied head may be on every rank. */
function expectedRange(model: ModelSpec, tp: number): readonly [least: number, most: number] {
  const once = checkpointBytes(model) ?? 0;
  return [once, once + tp * 2 * model.vocab * model.hidden];
}
