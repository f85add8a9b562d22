import { groupLayers } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters, countUnread } from "../model/params.ts";
import { type Tensor, vector } from "../model/tensor.ts";
import { InputError } from "../report/errors.ts";
import { tokens } from "../units/units.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { defaultsOf } from "./hf-defaults.ts";
import type { Differences, Dimensions, Family } from "./hf-families/family.ts";
import { plain } from "./hf-families/plain.ts";
import { familyOf } from "./hf-families/registry.ts";
import { buildLayers } from "./hf-layers.ts";
import { readStoredWeights } from "./hf-quantization.ts";
import { readTowers, type Towers } from "./hf-towers/registry.ts";
import { MAX_CONTEXT, MAX_HIDDEN, MAX_LAYERS, MAX_PARAMETERS, MAX_VOCAB } from "./limits.ts";
import { type IndexSummary, indexNotes, readSafetensorsIndex } from "./safetensors-index.ts";
import { refuseOtherKinds, textPart } from "./text-part.ts";

/** A Hugging Face model's files, parsed from JSON but not looked at. */
export interface HfModelFiles {
  /** Hub id, or the path that the files were read from. */
  readonly id: string;
  /** The name of the config's file in messages. */
  readonly file: string;
  readonly config: unknown;
  /** hf_quant_config.json (NVIDIA ModelOpt). */
  readonly hfQuant?: unknown;
  /** model.safetensors.index.json. */
  readonly safetensorsIndex?: unknown;
}

/**
 * What the model is, from its config.json. Throws an InputError, and nothing else, where a field is
 * missing or wrong or the model is of a kind that can't be described yet.
 */
export function importHfConfig(files: HfModelFiles): ModelSpec {
  const whole = fieldsOf(files.file, files.config);
  const text = textPart(whole);
  const modelType = modelTypeOf(text, whole);
  const known = familyOf(modelType);
  const family = known ?? plain;
  const config = completed(text, family, defaultsOf(modelType, text !== whole));
  if (family.isEncoder !== true) {
    refuseOtherKinds(whole, config);
  }
  const dimensions = dimensionsOf(config, family);
  const differences = family.differences(config, dimensions);
  const towers = readTowers(whole, dimensions);
  const index =
    files.safetensorsIndex === undefined
      ? undefined
      : readSafetensorsIndex("model.safetensors.index.json", files.safetensorsIndex);
  const { stored, notes } = readStoredWeights({
    config: whole,
    text: config,
    hfQuant: files.hfQuant,
    totalBytes: index?.totalBytes,
  });
  const model: ModelSpec = {
    id: files.id,
    family: modelType,
    reading: known === undefined || !towers.areKnown ? "by-fields" : "known",
    ...dimensionFields(dimensions),
    tiedEmbeddings: tied({ whole, config }, differences, towers),
    hasHead: differences.hasHead ?? true,
    maxContext: tokens(config.count("max_position_embeddings", MAX_CONTEXT)),
    layers: groupLayers(buildLayers(config, dimensions, differences)),
    firstTensors: differences.firstTensors ?? [],
    finalTensors: finalTensors(dimensions, differences),
    parts: [...(differences.parts ?? []), ...towers.parts],
    ...(differences.crossTokens === undefined
      ? {}
      : { crossTokens: tokens(differences.crossTokens) }),
    stored,
    notes: [...(differences.notes ?? []), ...towers.notes, ...notes],
  };
  return checked(files.file, model, index);
}

/** With what the family's configuration class assumes. */
function completed(
  text: Fields,
  family: Family,
  assumed: Readonly<Record<string, unknown>>,
): Fields {
  const { defaults = {}, names = {} } = family;
  return text.completed({ defaults: { ...assumed, ...defaults }, names });
}

function dimensionsOf(config: Fields, family: Family): Dimensions {
  return {
    layers: family.layers?.(config) ?? config.count("num_hidden_layers", MAX_LAYERS),
    hidden: config.count("hidden_size", MAX_HIDDEN),
    vocab: config.count("vocab_size", MAX_VOCAB),
  };
}

function dimensionFields({ hidden, vocab }: Dimensions): Pick<ModelSpec, "hidden" | "vocab"> {
  return { hidden, vocab };
}

/** Multimodal configs whose published text part goes by another family's name (MiniMax M3: minimax_m2). */
const NAMED_OUTSIDE: ReadonlyMap<string, string> = new Map([
  ["minimax_m3_vl", "minimax_m3_vl_text"],
]);

/** A language model inside a multimodal config may leave its own out, or have a wrong one. */
function modelTypeOf(config: Fields, whole: Fields): string {
  const outside = whole.text("model_type");
  const own = config === whole ? undefined : NAMED_OUTSIDE.get(outside ?? "");
  const modelType = own ?? config.text("model_type") ?? outside;
  if (modelType === undefined) {
    throw config.bad("model_type", "expected the model's family, but it is missing");
  }
  return modelType;
}

/** A multimodal config says it outside its text part, which decides where the towers are counted with it, or in it. */
function tied(
  { whole, config }: { readonly whole: Fields; readonly config: Fields },
  { tiedByDefault = false }: Differences,
  { parts, ties, tiesByText }: Towers,
): boolean {
  const own = config.flag("tie_word_embeddings", tiedByDefault);
  return ties !== undefined || parts.some(({ isCounted }) => isCounted)
    ? whole.flag("tie_word_embeddings", ties ?? own) || (tiesByText && own)
    : config.flag("tie_word_embeddings", whole.flag("tie_word_embeddings", tiedByDefault));
}

function finalTensors(
  { hidden }: Dimensions,
  { finalNorms = 1, normBias = false, finalTensors: own = [] }: Differences,
): readonly Tensor[] {
  const norms =
    finalNorms === 0
      ? []
      : [
          vector("model.norm", "norm", hidden),
          ...(normBias ? [vector("model.norm.bias", "norm", hidden)] : []),
        ];
  return [...norms, ...own];
}

const UNREAD_NOTE =
  "weights hold the K and V matrices of layers that read another's cache: its maker's files have them, those that transformers wrote do not";

function checked(file: string, model: ModelSpec, index: IndexSummary | undefined): ModelSpec {
  const { total } = countParameters(model);
  if (!(total <= MAX_PARAMETERS)) {
    throw new InputError(
      { file },
      `expected a model of at most ${MAX_PARAMETERS} parameters, its fields give ${total}`,
    );
  }
  const notes = [...model.notes, ...(countUnread(model) > 0 ? [UNREAD_NOTE] : [])];
  return { ...model, notes: index === undefined ? notes : [...notes, ...indexNotes(model, index)] };
}
