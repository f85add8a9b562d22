import { layerCount } from "../model/layer-groups.ts";
import type { Parallelism } from "../model/parallelism.ts";
import { type PriceOfCut, pricesOn, type StageCut, type Trial } from "./price.ts";

/**
 * Whether a stage with so many layers, alone on its cards and from about where it would begin in an even split, has
 * room for so many sequences. Prices each stage and number of layers once: a search for the best cut asks again and
 * again.
 */
export function stageFits(
  trial: Trial,
  parallelism: Parallelism,
): (stage: number, count: number, sequences: number) => boolean {
  const { stages } = trial.layout;
  const likeOf = likeStages(trial, parallelism.pp);
  const layers = layerCount(trial.model.spec);
  const known: (readonly StageOn[])[] = [];
  return (stage, count, sequences) => {
    const like = likeOf[stage] ?? stage;
    known[like] ??= (stages[like] ?? []).map(({ cardClass }) => ({
      capacity: cardClass.capacity,
      priceOf: pricesOn(trial, like, cardClass.computeCapability),
    }));
    const start = Math.min(Math.round((like * layers) / parallelism.pp), layers - count);
    const cut = { stage: like, start, count };
    return known[like].every(({ capacity, priceOf }) => {
      const { fixed, perSequence } = priceOf(cut, () => cutAlone(parallelism, cut));
      return fixed + sequences * perSequence <= capacity;
    });
  };
}

/** A stage on one kind of card. */
interface StageOn {
  readonly capacity: number;
  readonly priceOf: PriceOfCut;
}

/** For each stage the first that costs the same with as many layers: one on the same cards, with the same ends, of like layers. */
export function likeStages({ model, layout }: Trial, pp: number): readonly number[] {
  if (model.spec.layers.length > 1) {
    return [];
  }
  const isEnd = (stage: number): boolean => stage === 0 || stage === pp - 1;
  return layout.stages.map((own, stage) =>
    isEnd(stage) ? stage : layout.stages.findIndex((other, i) => other === own && !isEnd(i)),
  );
}

/** Only this stage's layers. */
function cutAlone(parallelism: Parallelism, { stage, start, count }: StageCut): Parallelism {
  const stageLayers = Array.from({ length: parallelism.pp }, () => 0);
  stageLayers[0] = start;
  stageLayers[stage] = count;
  return { ...parallelism, stageLayers };
}
