import type { Fleet } from "../hardware/fleet.ts";
import type { CardClass } from "./card-classes.ts";
import type { Layout, StageCards } from "./layout.ts";
import { layoutsAcross } from "./layouts-across.ts";
import { otherEnds } from "./other-ends.ts";
import type { PlannedModel } from "./planned-model.ts";

/** Ways to hand out stages that are looked at for one model; beyond, the sequences in order are enough. */
const MOST_LAYOUTS = 4000;

/** Tensor parallel groups of unequal cards of one kind that are looked at: all pairs of twelve cards. */
const MOST_GROUPS = 66;

/** Groups that are tried one after another for them: enough for a host of 16 cards that all differ, and an end for more. */
const MOST_STEPS = 100_000;

/** Cards of a fleet up to which all of these layouts are looked at: on more, a search gets further with the likeliest alone. */
const MOST_CARDS = 24;

/** Whether the fleet has so many cards that only the likeliest layouts are looked at. */
export function hasManyCards(fleet: Pick<Fleet, "gpus">): boolean {
  return fleet.gpus.length > MOST_CARDS;
}

/**
 * All layouts of tp · pp ranks on the cards of one host, mirror images merged. The first stage holds the embedding and
 * the last one the head, so that it matters which classes these are on; of the stages between, only how many are on
 * which does, so that they go over the classes in their order. Then those over several hosts, where they are allowed.
 */
export function layoutsOf(
  sizes: { readonly tp: number; readonly pp: number },
  classes: readonly CardClass[],
  { mayMixCards, maySpanHosts = false, isQuick = false }: Allowed,
): Layouts {
  const hosts = [...new Set(classes.map((cardClass) => cardClass.host))];
  const single = hosts.map((host) =>
    layoutsOnHost(
      sizes,
      classes.filter((cardClass) => cardClass.host === host),
      { mayMixCards, isQuick },
    ),
  );
  const several = maySpanHosts ? layoutsAcross(sizes, classes) : { layouts: [], isAll: true };
  return {
    layouts: [
      ...single.flatMap(({ layouts }) => layouts).slice(0, MOST_LAYOUTS),
      ...several.layouts,
    ],
    isAll: several.isAll && single.every(({ isAll }) => isAll),
  };
}

/** Ways to hand out stages, and whether none was left out for their number alone. */
export interface Layouts {
  readonly layouts: readonly Layout[];
  readonly isAll: boolean;
}

interface Allowed extends Pick<PlannedModel, "mayMixCards" | "maySpanHosts"> {
  /** Only stages in the order of the classes, and only groups of neighbours by room. */
  readonly isQuick?: boolean | undefined;
}

function layoutsOnHost(
  { tp, pp }: { readonly tp: number; readonly pp: number },
  classes: readonly CardClass[],
  { mayMixCards, isQuick }: Pick<Required<Allowed>, "mayMixCards" | "isQuick">,
): Layouts {
  const groups = mayMixCards
    ? mixedGroups(tp, classes)
    : kindsOf(classes).flatMap((kind) => windows(tp, kind, isQuick ? 0 : MOST_GROUPS));
  const inOrder = sequences(groups, pp);
  const turned: (readonly StageCards[])[] = [];
  for (const stages of isQuick ? [] : inOrder) {
    turned.push(...otherEnds(stages, MOST_LAYOUTS - inOrder.length - turned.length));
  }
  const layouts = [...inOrder, ...turned].map((stages) => ({ tp, pp, stages }));
  return { layouts, isAll: layouts.length < MOST_LAYOUTS };
}

/** Classes of one GPU model, which differ in room only (others hold more on some), each kind in the order given. */
function kindsOf(classes: readonly CardClass[]): readonly (readonly CardClass[])[] {
  const kindOf = ({ gpus: [first] }: CardClass): string => first?.catalogId ?? "";
  return [...new Set(classes.map(kindOf))].map((kind) =>
    classes.filter((cardClass) => kindOf(cardClass) === kind),
  );
}

/**
 * Ways to take `ranks` cards of one kind: each class by itself, neighbours by room where one class is too small, and
 * then others, so many of them. What a group holds is limited by its least room, so that cards far apart in room are
 * better only where others are kept to those between.
 */
function windows(
  ranks: number,
  kind: readonly CardClass[],
  mostGroups: number,
): readonly StageCards[] {
  const alone = kind.map((cardClass): StageCards => [{ cardClass, ranks }]);
  const byRoom = [...kind].sort((a, b) => b.capacity - a.capacity);
  const cards = byRoom.flatMap((cardClass) => cardClass.gpus.map(() => cardClass));
  const neighbours = cards.flatMap((_, i): readonly StageCards[] => {
    const taken = cards.slice(i, i + ranks);
    const group = byRoom
      .map((cardClass) => ({ cardClass, ranks: taken.filter((one) => one === cardClass).length }))
      .filter((part) => part.ranks > 0);
    return taken.length === ranks && group.length > 1 ? [group] : [];
  });
  const first = [...alone, ...neighbours];
  const others = mixedGroups(ranks, byRoom, mostGroups);
  return [...new Map([...first, ...others].map((group) => [groupKey(group), group])).values()];
}

function groupKey(group: StageCards): string {
  return group.map(({ cardClass, ranks }) => `${cardClass.id} ${ranks}`).join();
}

/** Ways to take `ranks` cards from these classes, whatever their kind; so many at most. */
function mixedGroups(
  ranks: number,
  classes: readonly CardClass[],
  mostGroups = Number.POSITIVE_INFINITY,
): readonly StageCards[] {
  const [first, ...rest] = classes;
  if (first === undefined || ranks === 0) {
    return ranks === 0 ? [[]] : [];
  }
  const found: StageCards[] = [];
  for (let taken = Math.min(ranks, first.gpus.length); taken >= 0; taken -= 1) {
    if (found.length >= mostGroups) {
      break;
    }
    const others = mixedGroups(ranks - taken, rest, mostGroups - found.length);
    const own = taken === 0 ? [] : [{ cardClass: first, ranks: taken }];
    found.push(...others.map((group) => [...own, ...group]));
  }
  return found;
}

/**
 * Sequences of `length` groups that never go back in the list, one of each set of mirror images, for which there are
 * cards; the first so many of them.
 */
function sequences(
  groups: readonly StageCards[],
  length: number,
): readonly (readonly StageCards[])[] {
  const found: (readonly StageCards[])[] = [];
  const stages: StageCards[] = [];
  const left = new Map(
    groups.flat().map(({ cardClass }) => [cardClass, cardClass.gpus.length] as const),
  );
  let steps = 0;
  function go(from: number): void {
    if (stages.length === length) {
      found.push([...stages]);
      return;
    }
    for (let i = from; i < groups.length && found.length < MOST_LAYOUTS; i += 1) {
      const group = groups[i] ?? [];
      steps += 1;
      take(left, group, 1);
      if (steps <= MOST_STEPS && group.every(({ cardClass }) => (left.get(cardClass) ?? 0) >= 0)) {
        stages.push(group);
        go(i);
        stages.pop();
      }
      take(left, group, -1);
    }
  }
  go(0);
  return found;
}

function take(left: Map<CardClass, number>, group: StageCards, times: number): void {
  for (const { cardClass, ranks } of group) {
    left.set(cardClass, (left.get(cardClass) ?? 0) - times * ranks);
  }
}
