import { square } from "../units/same-math.ts";

/**
 * A mixer that carries a state of fixed size from token to token in place of a KV cache: the last inputs of a
 * short convolution, and a matrix (or vector) of state.
 */
export type RecurrentMixer = Mamba2 | Mamba1 | DeltaNet | KimiDelta | Lightning | ShortConv;

interface Recurrent {
  readonly kind: "recurrent";
  /** Bytes of one element of the state where the config says; the model's own dtype where absent. */
  readonly stateElementBytes?: 2 | 4;
}

/** Mamba-2 (Nemotron-H, Granite 4, Bamba, Zamba 2, Falcon-H1): heads of `headDim`, groups that share B and C. */
export interface Mamba2 extends Recurrent {
  readonly form: "mamba2";
  readonly heads: number;
  readonly headDim: number;
  readonly groups: number;
  readonly stateDim: number;
  readonly convWidth: number;
  readonly convBias: boolean;
  readonly projectionBias: boolean;
  /** A bias of the output projection where it is not as the input's (Falcon-H1). */
  readonly outBias?: boolean;
  /** A norm as wide as the heads together before the output projection. */
  readonly hasNorm: boolean;
}

/** Mamba-1 (Jamba, Falcon Mamba): one state of `stateDim` for each of `inner` channels. */
export interface Mamba1 extends Recurrent {
  readonly form: "mamba1";
  readonly inner: number;
  readonly stateDim: number;
  readonly timeRank: number;
  readonly convWidth: number;
  readonly convBias: boolean;
  readonly projectionBias: boolean;
  /** Norms of dt, B and C (Jamba). */
  readonly hasInnerNorms: boolean;
}

/** Gated delta-net (Qwen3-Next, Qwen 3.5): a state of keyHeadDim × valueHeadDim for each value head. */
export interface DeltaNet extends Recurrent {
  readonly form: "delta-net";
  readonly keyHeads: number;
  readonly keyHeadDim: number;
  readonly valueHeads: number;
  readonly valueHeadDim: number;
  readonly convWidth: number;
  /** How checkpoints store the projections: qkvz and ba as two matrices (Qwen3-Next), or as four (Qwen 3.5). */
  readonly projections: "two" | "four";
}

/** Kimi Delta Attention (Kimi Linear): a delta-net with a gate for each channel, made in low rank. */
export interface KimiDelta extends Recurrent {
  readonly form: "kimi-delta";
  readonly heads: number;
  readonly headDim: number;
  readonly convWidth: number;
}

/** Lightning attention (MiniMax-Text-01): a matrix of headDim × headDim a head, no convolution. */
export interface Lightning extends Recurrent {
  readonly form: "lightning";
  readonly heads: number;
  readonly headDim: number;
}

/** A gated short convolution (LFM2): no state but its last inputs. */
export interface ShortConv extends Recurrent {
  readonly form: "short-conv";
  readonly channels: number;
  readonly convWidth: number;
  readonly hasBias: boolean;
}

/** Elements that one sequence holds in one layer on one rank. */
export interface StateElements {
  /** Inputs that the convolution still needs: channels · (width − 1). */
  readonly convolution: number;
  readonly state: number;
}

/**
 * The state of one sequence on one of `tp` ranks; heads and groups are divided like KV heads, and copied
 * where there are more ranks (reference/trtllm-memory.md, section 3).
 */
export function stateElements(mixer: RecurrentMixer, tp: number): StateElements {
  const part = (units: number): number => Math.ceil(units / tp);
  switch (mixer.form) {
    case "mamba2": {
      const inner = part(mixer.heads) * mixer.headDim;
      const channels = inner + 2 * part(mixer.groups) * mixer.stateDim;
      return { convolution: channels * (mixer.convWidth - 1), state: inner * mixer.stateDim };
    }
    case "mamba1":
      return {
        convolution: part(mixer.inner) * (mixer.convWidth - 1),
        state: part(mixer.inner) * mixer.stateDim,
      };
    case "delta-net": {
      const values = part(mixer.valueHeads) * mixer.valueHeadDim;
      const channels = 2 * part(mixer.keyHeads) * mixer.keyHeadDim + values;
      return { convolution: channels * (mixer.convWidth - 1), state: values * mixer.keyHeadDim };
    }
    case "kimi-delta": {
      const inner = part(mixer.heads) * mixer.headDim;
      return { convolution: 3 * inner * (mixer.convWidth - 1), state: inner * mixer.headDim };
    }
    case "lightning":
      return { convolution: 0, state: part(mixer.heads) * square(mixer.headDim) };
    case "short-conv":
      return { convolution: part(mixer.channels) * (mixer.convWidth - 1), state: 0 };
    default:
      return mixer satisfies never;
  }
}
