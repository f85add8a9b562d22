import type { Tokens } from "../units/units.ts";
import type { Attention, HeadAttention } from "./attention.ts";
import type { Built } from "./built.ts";
import type { FeedForward } from "./feed-forward.ts";
import type { LargestImage } from "./largest-image.ts";
import type { StoredWeights } from "./quantization.ts";
import type { RecurrentMixer } from "./recurrent.ts";
import type { Tensor } from "./tensor.ts";

/** What an LLM is. It knows no GPU and no engine. */
export interface ModelSpec {
  /** Hub id, or the path that it was read from. */
  readonly id: string;
  /** `model_type` of its config.json. */
  readonly family: string;
  /** Whether someone described its family, or its fields were read as a plain Llama's: then expect larger errors. */
  readonly reading: "known" | "by-fields";
  readonly hidden: number;
  readonly vocab: number;
  /** The head is the embedding; it is stored once where one rank has both. */
  readonly tiedEmbeddings: boolean;
  /** An encoder that gives vectors has no head at all. */
  readonly hasHead: boolean;
  readonly maxContext: Tokens;
  /** Runs of equal layers, in order. */
  readonly layers: readonly LayerGroup[];
  /** Beside the embedding: positions, norms, embeddings of layers. */
  readonly firstTensors: readonly Tensor[];
  /** Norms and whatever else stands after the last layer. */
  readonly finalTensors: readonly Tensor[];
  /** Towers, encoders and draft layers beside the decoder. */
  readonly parts: readonly ModelPart[];
  /** Most tokens of another sequence (audio, image, source text) that cross-attention layers cache for one sequence. */
  readonly crossTokens?: Tokens;
  /** How its published files hold the weights. */
  readonly stored: StoredWeights;
  /** How it is asked to run, where that changes what it holds. */
  readonly run?: RunOptions;
  /** Ranks and limits of a TensorRT-LLM engine or checkpoint; absent for other files. */
  readonly built?: Built;
  /** What the reader should know: fields that were assumed, parts that are left out. */
  readonly notes: readonly string[];
}

/** What a user asks of a model beside its limits. */
export interface RunOptions {
  /** Tokens that a draft proposes before the model looks at them. */
  readonly draftTokens?: number;
  /** Most images that a prompt may have; 0 is text only. */
  readonly imagesPerPrompt?: number;
}

export interface LayerGroup {
  readonly count: number;
  readonly layer: Layer;
}

export interface Layer {
  readonly attention: Attention;
  /** Attention to another sequence: after the layer's own (T5, Whisper), or in its place (Llama 3.2 Vision). */
  readonly cross?: HeadAttention;
  /** A recurrent mixer beside attention, both read the same input (Falcon-H1). */
  readonly beside?: RecurrentMixer;
  readonly feedForward: FeedForward;
  /** Norms of the width `hidden` in this layer: 2, or 4 where both sides are normed (Gemma 2). */
  readonly norms: number;
  /** A bias beside each norm's weight (LayerNorm). */
  readonly normBias: boolean;
  /** What only this family's layers have: hyper-connections, gates, scales. */
  readonly extra?: readonly Tensor[];
}

/** Something beside the decoder that has weights of its own. */
export interface ModelPart {
  readonly kind: PartKind;
  /** Whether the published parameter count of the language model has it in. */
  readonly isCounted: boolean;
  /** Whether engines load it unless told otherwise; draft layers and adapters wait until they are asked for. */
  readonly isLoaded: boolean;
  readonly tensors: readonly Tensor[];
  /** In 16 bits whatever the model is in: a draft with files of its own. */
  readonly isPlain?: boolean;
  /** Of a draft with files of its own. */
  readonly draft?: DraftFiles;
  /** Layers of the part, of width `hidden`, that cache K and V when they run (draft layers). */
  readonly layers: readonly LayerGroup[];
  readonly hidden: number;
  /** Of a vision tower whose preprocessor is known. */
  readonly image?: LargestImage;
}

/** Where a draft's files are, and what it is for an engine. */
export interface DraftFiles {
  /** Catalogue or Hub id, or the path as the user wrote it. */
  readonly source: string;
  readonly method: DraftMethod;
}

/** EAGLE 1 and 2, EAGLE-3, Medusa heads, or any smaller model. */
export const DRAFT_METHODS = ["eagle", "eagle3", "medusa", "model"] as const;
export type DraftMethod = (typeof DRAFT_METHODS)[number];

export type PartKind = "vision" | "audio" | "encoder" | "draft" | "adapter";
