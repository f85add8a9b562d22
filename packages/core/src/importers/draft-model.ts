import type { HeadAttention } from "../model/attention.ts";
import { embeddingTensor, headTensor } from "../model/layer-tensors.ts";
import type { DraftFiles, Layer, ModelPart, ModelSpec } from "../model/model.ts";
import { copied, cutRows, type Tensor, vector } from "../model/tensor.ts";
import { InputError } from "../report/errors.ts";
import { type Fields, fieldsOf, shownSafely } from "./fields.ts";
import { importHfConfig } from "./hf-config.ts";
import { headAttention } from "./hf-layers.ts";
import { MAX_DRAFT, MAX_HIDDEN, MAX_INTERMEDIATE, MAX_VOCAB } from "./limits.ts";

/** What a draft's config.json is called in messages, and what the user calls the draft. */
interface DraftName {
  readonly file: string;
  readonly source: string;
}

/**
 * A draft beside a model, from its config.json: EAGLE, EAGLE-3 or Medusa, which work on the model's own states and have
 * no embedding of their own where the model lends it one, or any smaller model. Throws an InputError for a config that
 * is none of these.
 */
export function readDraftModel(
  { file, source }: DraftName,
  value: unknown,
  target: ModelSpec,
): ModelPart {
  const config = fieldsOf(file, value);
  const name = `${config.texts("architectures").join(" ")} ${config.text("model_type") ?? ""}`;
  if (/medusa/i.test(name) || config.has("medusa_num_heads")) {
    return { ...medusa(config, target), draft: { source, method: "medusa" } };
  }
  if (!/eagle/i.test(name)) {
    return draftOfModel(file, importHfConfig({ id: source, file, config: value }));
  }
  return /eagle-?3/i.test(name) || config.has("draft_vocab_size")
    ? { ...eagle3(config, target), draft: { source, method: "eagle3" } }
    : { ...eagle(config, target), draft: { source, method: "eagle" } };
}

/**
 * A smaller model as a draft: embedding, layers and head beside those of the model that it drafts for. Throws an
 * InputError for one with states that can't be taken back.
 */
export function draftOfModel(file: string, spec: ModelSpec): ModelPart {
  const hasState = spec.layers.some(
    ({ layer }) => layer.attention.kind === "recurrent" || layer.beside !== undefined,
  );
  if (hasState || spec.crossTokens !== undefined) {
    throw new InputError(
      { file, key: "model_type" },
      `expected a draft without recurrent layers or cross-attention, got ${shownSafely(spec.family)}`,
    );
  }
  const files: DraftFiles = { source: spec.id, method: "model" };
  const tensors = [
    embeddingTensor(spec),
    ...(spec.hasHead && !spec.tiedEmbeddings ? [headTensor(spec)] : []),
    ...spec.firstTensors,
    ...spec.finalTensors,
  ];
  return { ...draft(spec.hidden, spec.layers, tensors), draft: files };
}

/** Medusa: heads of residual blocks, each with an output matrix of its own. */
function medusa(config: Fields, target: ModelSpec): ModelPart {
  const own = config.completed({
    defaults: { medusa_num_heads: 5, medusa_num_layers: 1 },
    names: { medusa_num_heads: "num_heads", medusa_num_layers: "num_hidden_layers" },
  });
  const hidden = own.count("hidden_size", MAX_HIDDEN, target.hidden);
  const heads = own.count("medusa_num_heads", MAX_DRAFT);
  const blocks = heads * own.count("medusa_num_layers", MAX_DRAFT);
  const vocab = own.count("vocab_size", MAX_VOCAB, target.vocab);
  const block = copied("medusa.blocks.linear", "other", { out: hidden, in: hidden });
  const head = cutRows("medusa.lm_head", "head", { out: vocab, in: hidden, units: vocab });
  return draft(
    hidden,
    [],
    [
      { ...block, copies: blocks },
      vector("medusa.blocks.linear.bias", "other", blocks * hidden),
      { ...head, copies: heads },
    ],
  );
}

/** EAGLE 1 and 2: an embedding of its own, one matrix that joins it with the state, layers; the head is the model's. */
function eagle(config: Fields, target: ModelSpec): ModelPart {
  const shape = layerShape(config);
  const vocab = config.count("vocab_size", MAX_VOCAB, target.vocab);
  const { hidden } = shape;
  return draft(hidden, layersOf(config, shape.layer), [
    cutRows("embed_tokens", "embedding", { out: vocab, in: hidden, units: vocab }),
    copied("fc", "other", { out: hidden, in: 2 * hidden }),
    ...(config.flag("bias", true) ? [vector("fc.bias", "other", hidden)] : []),
  ]);
}

/** EAGLE-3: joins three of the model's states; its layer reads them beside the embedding; a smaller vocabulary of its own. */
function eagle3(config: Fields, target: ModelSpec): ModelPart {
  const shape = layerShape(config);
  const { hidden, attention } = shape;
  const own = config.count("draft_vocab_size", MAX_VOCAB, target.vocab);
  const source = config.count("target_hidden_size", MAX_HIDDEN, target.hidden);
  const wider = (name: string, heads: number): Tensor =>
    cutRows(`self_attn.${name}`, "attention", {
      out: heads * attention.headDim,
      in: hidden,
      units: heads,
    });
  const layer: Layer = {
    ...shape.layer,
    norms: 3,
    extra: [
      wider("q_proj", attention.heads),
      wider("k_proj", attention.kvHeads),
      wider("v_proj", attention.kvHeads),
    ],
  };
  return draft(hidden, layersOf(config, layer), [
    copied("fc", "other", { out: hidden, in: 3 * source }),
    vector("norm", "norm", hidden),
    cutRows("lm_head", "head", { out: own, in: hidden, units: own }),
  ]);
}

function layerShape(config: Fields): {
  readonly hidden: number;
  readonly attention: HeadAttention;
  readonly layer: Layer;
} {
  const hidden = config.count("hidden_size", MAX_HIDDEN);
  const attention = headAttention(config, { hidden }, {});
  const intermediate = config.count("intermediate_size", MAX_INTERMEDIATE);
  return {
    hidden,
    attention,
    layer: {
      attention,
      feedForward: { kind: "dense", intermediate, gated: true, bias: false },
      // the first has none before attention: the state comes normed
      norms: 1,
      normBias: false,
    },
  };
}

function layersOf(config: Fields, layer: Layer): ModelPart["layers"] {
  return [{ count: config.count("num_hidden_layers", MAX_DRAFT, 1), layer }];
}

function draft(hidden: number, layers: ModelPart["layers"], tensors: readonly Tensor[]): ModelPart {
  return {
    kind: "draft",
    isCounted: false,
    isLoaded: true,
    isPlain: true,
    hidden,
    layers,
    tensors: tensors.map((tensor) => ({ ...tensor, isLinear: false })),
  };
}
