import type { BlockRule } from "../kv-blocks.ts";
import type { MemoryKnobs } from "./knobs.ts";

/** One engine on its cards with the KV cache that it is to have: what a start law turns into knobs. */
export interface StartingEngine extends BlockRule {
  readonly law: StartLaw;
  /** Ranks of a tensor parallel group; groups follow each other in `ranks`. */
  readonly tp: number;
  /** Layers of each pipeline stage. */
  readonly stageLayers: readonly number[];
  /** Sequences of full length that it holds at once, and their tokens. */
  readonly sequences: number;
  readonly tokens: number;
  /** Share of its pool that may be in use when a sequence starts; 1 where there is no such limit. */
  readonly resumeShare: number;
  /** Blocks of every rank's pool that no sequence gets. */
  readonly nullBlocks: number;
  readonly ranks: readonly StartingRank[];
}

export interface StartingRank {
  readonly gpu: string;
  /** What CUDA sees of the card. */
  readonly totalBytes: number;
  /** Of what is held, in bytes: the CUDA context, and what is there before the weights are loaded. */
  readonly contextBytes: number;
  readonly beforeLoad: number;
  /** Held when the engine sizes its KV cache, as far as it counts it: weights, activations, buffers. */
  readonly heldBefore: number;
  /** Taken after the KV cache, or beside the share that the engine counts in. */
  readonly heldAfter: number;
  readonly kvBytesPerToken: number;
  /** Planned KV cache, in bytes and in the engine's own blocks, with the state that is kept beside it. */
  readonly poolBytes: number;
  readonly blocks: number;
}

/** What a rank of the engine finds when it starts. */
export interface FoundRank extends StartingRank {
  readonly freeAtStart: number;
}

/** How one engine's memory knobs and its KV cache follow from each other. */
export interface StartLaw {
  /** The knobs that give the planned KV cache on cards that are as free as this. */
  readonly knobs: (engine: StartingEngine, ranks: readonly FoundRank[]) => MemoryKnobs;
  /** Bytes that must be free on each card, or the engine refuses to start. */
  readonly needs: (engine: StartingEngine, knobs: MemoryKnobs) => readonly number[];
  /** Tokens that the engine gets from these knobs; 0 where it does not start. */
  readonly held: (
    engine: StartingEngine,
    ranks: readonly FoundRank[],
    knobs: MemoryKnobs,
  ) => number;
}

/** Free memory less what the engine counts before its KV cache. Negative where it can't even load. */
export function freeForKv({ freeAtStart, heldBefore }: FoundRank): number {
  return freeAtStart - heldBefore;
}
