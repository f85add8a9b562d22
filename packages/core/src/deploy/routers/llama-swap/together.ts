import type { Route, RoutedModel } from "../route.ts";

/**
 * Pairs of models that share a card where one of them takes a share of what it finds free: llama-swap
 * starts servers when they are asked for, in any order, and the plan's shares hold in one order only.
 */
export function conflicts({ models }: Route): readonly (readonly [RoutedModel, RoutedModel])[] {
  return models.flatMap((left, at) =>
    models
      .slice(at + 1)
      .filter((right) => sharesCard(left, right) && (needsOrder(left) || needsOrder(right)))
      .map((right) => [left, right] as const),
  );
}

/** llama.cpp is told sizes, and takes them whatever else is on the card. */
function needsOrder({ servers }: RoutedModel): boolean {
  return servers[0].endpoint.deployments[0].engine.id !== "llama.cpp";
}

function sharesCard(left: RoutedModel, right: RoutedModel): boolean {
  const cards = cardsOf(right);
  return cardsOf(left).some((card) => cards.includes(card));
}

function cardsOf({ servers }: RoutedModel): readonly string[] {
  return servers.flatMap(({ endpoint }) => endpoint.deployments.flatMap(({ gpus }) => gpus));
}

/**
 * Which models may be loaded together, in llama-swap's notation with models as m1, m2 and so on: for each group
 * that conflicts tie together its largest sets without one as alternatives, and all groups at once.
 */
export function togetherSets(route: Route): string {
  const { models } = route;
  const pairs = conflicts(route).map(([left, right]) => [
    models.indexOf(left),
    models.indexOf(right),
  ]);
  const excludes = (left: number, right: number): boolean =>
    pairs.some((pair) => pair.includes(left) && pair.includes(right) && left !== right);
  return components(models.length, excludes)
    .map((component) => {
      const sets = freeSets(component, excludes).map((set) => set.map((at) => `m${at + 1}`));
      const texts = sets.map((set) =>
        set.length > 1 && sets.length > 1 ? `(${set.join(" & ")})` : set.join(" & "),
      );
      return texts.length > 1 ? `(${texts.join(" | ")})` : texts.join("");
    })
    .join(" & ");
}

type Excludes = (left: number, right: number) => boolean;

/** Models that conflicts tie together, directly or through others. */
function components(count: number, excludes: Excludes): readonly (readonly number[])[] {
  const found: number[][] = [];
  for (let at = 0; at < count; at += 1) {
    const tied = found.filter((component) => component.some((other) => excludes(at, other)));
    const rest = found.filter((component) => !tied.includes(component));
    found.splice(0, found.length, ...rest, [...tied.flat(), at]);
  }
  return found
    .map((component) => component.toSorted((a, b) => a - b))
    .toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** Every set without a conflict that no other of them contains. */
function freeSets(
  component: readonly number[],
  excludes: Excludes,
): readonly (readonly number[])[] {
  let sets: readonly (readonly number[])[] = [[]];
  for (const at of component) {
    const grown = sets.map((set) => [...set.filter((other) => !excludes(at, other)), at]);
    const kept = sets.filter((set) => set.some((other) => excludes(at, other)));
    sets = largest([...kept, ...grown]);
  }
  return sets;
}

function largest(sets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return sets.filter(
    (set, at) =>
      !sets.some(
        (other, place) =>
          place !== at &&
          set.every((each) => other.includes(each)) &&
          (other.length > set.length || place < at),
      ),
  );
}
