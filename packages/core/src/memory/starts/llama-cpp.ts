import type { FoundRank, StartingEngine, StartLaw } from "./start-law.ts";

/**
 * llama.cpp has no fraction: the cache holds the cells of -c, an equal part for each slot of -np, and loading
 * fails where a card is short. -ngl puts every layer on the cards, -ts cuts them where the plan does
 * (reference/launchers.md, section 5).
 */
export const llamaCppStart: StartLaw = {
  knobs: ({ tokens, sequences, stageLayers }) => ({
    ctxSize: tokens,
    parallel: sequences,
    gpuLayers: stageLayers.reduce((sum, layers) => sum + layers, OUTPUT_LAYER),
    ...(stageLayers.length > 1 ? { tensorSplit: splitOf(stageLayers) } : {}),
  }),
  needs: ({ ranks }) => ranks.map(wholeBytes),
  held: (engine, ranks, { ctxSize = 0 }) => heldWith(engine, ranks, ctxSize),
};

/** Behind the repeating layers stands one with the head. */
const OUTPUT_LAYER = 1;

/**
 * llama.cpp gives layer i of n + 1, the output layer among them, to the first card whose part of the split ends
 * above i / (n + 1): layers a card as they are cut, one more for the last, give just that cut.
 */
function splitOf(stageLayers: readonly number[]): readonly number[] {
  return stageLayers.map((layers, i) =>
    i === stageLayers.length - 1 ? layers + OUTPUT_LAYER : layers,
  );
}

function wholeBytes({ heldBefore, heldAfter, poolBytes }: StartingEngine["ranks"][number]): number {
  return heldBefore + heldAfter + poolBytes;
}

/** What was asked, where every card has room for its part of it. */
function heldWith(
  { tokens }: StartingEngine,
  ranks: readonly FoundRank[],
  ctxSize: number,
): number {
  const fits = ranks.every(
    (rank) =>
      rank.heldBefore + rank.heldAfter + (rank.poolBytes * ctxSize) / tokens <= rank.freeAtStart,
  );
  return fits ? ctxSize : 0;
}
