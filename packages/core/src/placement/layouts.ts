import type { CardClass } from "./card-classes.ts";

/** Where the ranks of one replica go, by class of cards: for each pipeline stage, how many on which. */
export interface Layout {
  readonly tp: number;
  readonly pp: number;
  readonly stages: readonly StageCards[];
}

/** The tensor-parallel ranks of a stage; on more than one class only where cards may be mixed. */
export type StageCards = readonly { readonly cardClass: CardClass; readonly ranks: number }[];

/** Ways to hand out stages that are looked at for one model; beyond, the sequences in order are enough. */
const MOST_LAYOUTS = 4000;

/**
 * All layouts of tp · pp ranks on the cards of one host, mirror images merged: which stage is on which
 * class matters only by how many of each, so stages go over the classes in their order.
 */
export function layoutsOf(
  sizes: { readonly tp: number; readonly pp: number },
  classes: readonly CardClass[],
  mayMixCards: boolean,
): readonly Layout[] {
  const hosts = [...new Set(classes.map((cardClass) => cardClass.host))];
  return hosts
    .flatMap((host) =>
      layoutsOnHost(
        sizes,
        classes.filter((cardClass) => cardClass.host === host),
        mayMixCards,
      ),
    )
    .slice(0, MOST_LAYOUTS);
}

function layoutsOnHost(
  { tp, pp }: { readonly tp: number; readonly pp: number },
  classes: readonly CardClass[],
  mayMixCards: boolean,
): readonly Layout[] {
  const groups = mayMixCards
    ? mixedGroups(tp, classes)
    : classes.map((cardClass): StageCards => [{ cardClass, ranks: tp }]);
  return sequences(groups, pp)
    .filter((stages) => hasEnoughCards(stages))
    .map((stages) => ({ tp, pp, stages }));
}

/** Ways to take `ranks` cards from these classes, whatever their kind. */
function mixedGroups(ranks: number, classes: readonly CardClass[]): readonly StageCards[] {
  const [first, ...rest] = classes;
  if (first === undefined) {
    return ranks === 0 ? [[]] : [];
  }
  const most = Math.min(ranks, first.gpus.length);
  return Array.from({ length: most + 1 }, (_, taken) => most - taken).flatMap((taken) =>
    mixedGroups(ranks - taken, rest).map((others) =>
      taken === 0 ? others : [{ cardClass: first, ranks: taken }, ...others],
    ),
  );
}

/** Sequences of `length` groups that never go back in the list: one of each set of mirror images. */
function sequences(
  groups: readonly StageCards[],
  length: number,
  from = 0,
): readonly (readonly StageCards[])[] {
  if (length === 0) {
    return [[]];
  }
  const found: (readonly StageCards[])[] = [];
  for (let i = from; i < groups.length && found.length < MOST_LAYOUTS; i += 1) {
    const group = groups[i];
    if (group !== undefined) {
      found.push(...sequences(groups, length - 1, i).map((rest) => [group, ...rest]));
    }
  }
  return found;
}

function hasEnoughCards(stages: readonly StageCards[]): boolean {
  const used = new Map<CardClass, number>();
  for (const { cardClass, ranks } of stages.flat()) {
    used.set(cardClass, (used.get(cardClass) ?? 0) + ranks);
  }
  return [...used].every(([cardClass, ranks]) => ranks <= cardClass.gpus.length);
}
