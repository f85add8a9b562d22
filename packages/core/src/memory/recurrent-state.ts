import { type StagePlace, stageGroups } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { layerRanks } from "../model/parallelism.ts";
import { type RecurrentMixer, stateElements } from "../model/recurrent.ts";
import { rememberStage } from "./remember-stage.ts";

/** How an engine stores state, where it has its own way: the config's dtype, else 16 bits. */
export interface StateDtypes {
  /** Bytes of an element of the convolution's inputs; the model's 2 where absent. */
  readonly convolutionBytes?: number;
  /** Bytes of an element of the state, whatever the config says. */
  readonly stateBytes?: number;
  /** Tokens of a draft whose inputs the convolution keeps beside its own; none where absent. */
  readonly draftTokens?: number;
}

/** State of one sequence on every rank of a pipeline stage. It does not grow with the sequence. */
export interface SequenceState {
  /** Layers that carry state. */
  readonly layers: number;
  readonly convolutionBytes: number;
  readonly stateBytes: number;
}

/** BF16 and FP16. */
const MODEL_ELEMENT = 2;

/**
 * Bytes of recurrent state of one sequence: over the stage's Mamba, delta-net and convolution layers,
 * channels · (d_conv − 1) · e_conv + heads · head_dim · d_state · e_ssm, each divided by heads or groups
 * over tp ranks (reference/trtllm-memory.md, section 3). Engines hold it for every slot of their batch.
 */
export function sequenceState(
  model: ModelSpec,
  place: StagePlace,
  dtypes: StateDtypes = {},
): SequenceState {
  const { convolutionBytes, stateBytes, draftTokens } = dtypes;
  const detail = `${convolutionBytes ?? ""} ${stateBytes ?? ""} ${draftTokens ?? ""}`;
  return known({ model, ...place, detail }, () => newSequenceState(model, place, dtypes));
}

const known = rememberStage<SequenceState>();

function newSequenceState(model: ModelSpec, place: StagePlace, dtypes: StateDtypes): SequenceState {
  const sums = { layers: 0, convolutionBytes: 0, stateBytes: 0 };
  for (const { count, layer } of stageGroups(model, place)) {
    for (const mixer of mixersOf(layer)) {
      const { convolution, state } = stateElements(mixer, layerRanks(place.parallelism));
      sums.layers += count;
      const kept = convolution * withDraft(mixer, dtypes);
      sums.convolutionBytes += count * kept * (dtypes.convolutionBytes ?? MODEL_ELEMENT);
      sums.stateBytes += count * state * stateElementBytes(mixer, dtypes);
    }
  }
  return sums;
}

/** By how much more inputs a convolution keeps where tokens of a draft may be taken back. */
function withDraft(mixer: RecurrentMixer, { draftTokens = 0 }: StateDtypes): number {
  const kept = "convWidth" in mixer ? mixer.convWidth - 1 : 0;
  return kept === 0 ? 1 : (kept + draftTokens) / kept;
}

/** Bytes of one sequence's state, convolutions and states together. */
export function stateBytesPerSequence(
  model: ModelSpec,
  place: StagePlace,
  dtypes: StateDtypes = {},
): number {
  const { convolutionBytes, stateBytes } = sequenceState(model, place, dtypes);
  return convolutionBytes + stateBytes;
}

function stateElementBytes(mixer: RecurrentMixer, { stateBytes }: StateDtypes): number {
  return stateBytes ?? mixer.stateElementBytes ?? MODEL_ELEMENT;
}

/** Whether sequences of the model carry state besides their KV cache. */
export function carriesState({ layers }: ModelSpec): boolean {
  return layers.some(({ layer }) => mixersOf(layer).length > 0);
}

function mixersOf({
  attention,
  beside,
}: ModelSpec["layers"][number]["layer"]): readonly RecurrentMixer[] {
  return [
    ...(attention.kind === "recurrent" ? [attention] : []),
    ...(beside === undefined ? [] : [beside]),
  ];
}
