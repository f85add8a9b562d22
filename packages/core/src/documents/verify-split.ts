import type { PlanDeployment } from "./plan-document.ts";

/** What is wrong with what llama.cpp is told: cells, slots, layers on the cards and where they are cut. */
export function splitProblems({
  kv,
  stageLayers,
  maxSeqLen,
  concurrentSequences,
}: PlanDeployment): readonly string[] {
  const { ctxSize = 0, parallel = 0, gpuLayers = 0, tensorSplit } = kv;
  const layers = stageLayers.reduce((sum, count) => sum + count, 0);
  const cut = cutBy(tensorSplit ?? [1], layers);
  const checks: readonly (readonly [boolean, string])[] = [
    [
      ctxSize === kv.tokens && parallel === concurrentSequences,
      `has ${ctxSize} cells in ${parallel} slots for ${kv.tokens} tokens of ${concurrentSequences} sequences`,
    ],
    [
      ctxSize >= parallel * maxSeqLen,
      `has slots of ${Math.floor(ctxSize / parallel)} cells for sequences of ${maxSeqLen}`,
    ],
    [gpuLayers > layers, `puts ${gpuLayers} of ${layers} layers and the head on its cards`],
    [
      cut.join() === stageLayers.join(),
      `cuts its layers into ${cut.join(", ")} instead of ${stageLayers.join(", ")}`,
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}

/**
 * Layers that each card gets: layer i of n + 1, the output layer last, goes to the first card whose part of the
 * split, added up in 32-bit floats, is above i / (n + 1).
 */
function cutBy(split: readonly number[], layers: number): readonly number[] {
  const sum = split.reduce((all, part) => all + part, 0);
  let added = 0;
  const ends = split.map((part) => {
    added += part;
    return Math.fround(added / sum);
  });
  const cards = Array.from({ length: layers }, (_, i) => {
    const at = Math.fround(i / (layers + 1));
    return ends.findIndex((end) => end > at);
  });
  return split.map((_, card) => cards.filter((own) => own === card).length);
}
