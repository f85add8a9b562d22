import type {
  Card,
  Demand,
  Option,
  PlacementProblem,
} from "../../packages/core/src/placement/problem.ts";

/** What the best layout reaches, found by trying every one: no pruning, nothing shared with the solvers. */
export interface Best {
  readonly placed: readonly number[];
  readonly shares: readonly number[];
  readonly sequences: number;
  readonly loss: number;
  readonly precision: number;
  readonly cost: number;
  readonly cards: number;
  readonly links: number;
  readonly mixing: number;
}

/** What a goal counts: nothing unless said. */
export interface Goal {
  readonly lossOf?: (model: string, option: string) => number;
  readonly priceOf?: (card: string) => number;
}

/** Cards and costs of one way to place all replicas of one demand. */
interface Way {
  readonly cards: readonly number[];
  /** The cards of each replica. */
  readonly replicas: readonly (readonly number[])[];
  readonly fixed: readonly number[];
  readonly perSequence: readonly number[];
  readonly most: number;
  readonly preference: number;
  readonly options: readonly string[];
  /** Files and the cards that read them. */
  readonly files: readonly { readonly id: string; readonly size: number; readonly card: number }[];
  readonly links: number;
  readonly mixing: number;
}

export function bestByTryingAll(problem: PlacementProblem, goal: Goal = {}): Best {
  const ways = problem.demands.map((demand) => [undefined, ...waysOf(problem, demand)]);
  const perModel = problem.demands.map((demand, m) =>
    (ways[m] ?? []).flatMap((way): { way: Way | undefined; level: number }[] => {
      if (way === undefined) {
        return [{ way, level: 0 }];
      }
      const from = Math.max(1, Math.ceil(demand.least / demand.replicas));
      const to = Math.max(
        from,
        Math.ceil(demand.wanted / demand.replicas),
        demand.survives?.least ?? 1,
      );
      const levels = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      return levels
        .filter((level) => level <= way.most && outlives(problem, demand, { way, level }))
        .map((level) => ({ way, level }));
    }),
  );
  let best: Best | undefined;
  for (const chosen of everyChoice(perModel)) {
    if (isAllowed(problem, chosen)) {
      const reached = reachedBy(problem, chosen, goal);
      best = best === undefined || compareBest(reached, best, goal) > 0 ? reached : best;
    }
  }
  if (best === undefined) {
    throw new Error("placing nothing is always allowed");
  }
  return best;
}

/** One of each list, in all combinations; the array is the same one every time. */
function* everyChoice<T>(lists: readonly (readonly T[])[], chosen: T[] = []): Generator<T[]> {
  const [own, ...others] = lists;
  if (own === undefined) {
    yield chosen;
    return;
  }
  for (const one of own) {
    chosen.push(one);
    yield* everyChoice(others, chosen);
    chosen.pop();
  }
}

/** Positive where `a` is better; prices go before precisions. */
export function compareBest(a: Best, b: Best, { priceOf }: Goal = {}): number {
  const paid = (one: Best) => [-one.cost, -one.cards];
  const key = (one: Best) => [
    ...one.placed,
    ...one.shares,
    one.sequences,
    -one.loss,
    ...(priceOf === undefined ? [] : paid(one)),
    -one.precision,
    ...paid(one),
    -one.links,
    -one.mixing,
  ];
  const other = key(b);
  for (const [i, x] of key(a).entries()) {
    const difference = x - (other[i] ?? 0);
    if (Math.abs(difference) > 1e-9) {
      return difference;
    }
  }
  return 0;
}

function waysOf(problem: PlacementProblem, demand: Demand): Way[] {
  const single = demand.options.flatMap((option) => singleWays(problem, option));
  let all = single;
  for (let replica = 1; replica < demand.replicas; replica += 1) {
    all = all.flatMap((a) =>
      single
        .filter((b) => a.cards.every((card) => !b.cards.includes(card)))
        .filter((b) => demand.isSpread !== true || !shareHost(problem, a, b))
        .map((b) => ({
          cards: [...a.cards, ...b.cards],
          replicas: [...a.replicas, ...b.replicas],
          fixed: [...a.fixed, ...b.fixed],
          perSequence: [...a.perSequence, ...b.perSequence],
          most: Math.min(a.most, b.most),
          preference: a.preference + b.preference,
          options: [...a.options, ...b.options],
          files: [...a.files, ...b.files],
          links: a.links + b.links,
          mixing: a.mixing + b.mixing,
        })),
    );
  }
  return all;
}

/** Every card, or every host, is lost in turn. */
function outlives(
  { cards }: PlacementProblem,
  { survives }: Demand,
  { way, level }: { readonly way: Way; readonly level: number },
): boolean {
  const place = (card: number) => (survives?.loss === "host" ? cards[card]?.host : card);
  return (
    survives === undefined ||
    cards.every((_, lost) => {
      const left = way.replicas.filter((own) => own.every((card) => place(card) !== place(lost)));
      return left.length > 0 && left.length * level >= survives.least;
    })
  );
}

/** Where one of its classes is on several hosts, all its cards are on one. */
function onHosts(
  { cards }: PlacementProblem,
  { stages }: Option,
  used: readonly number[],
): boolean {
  const hosts = (of: readonly (Card | undefined)[]) => new Set(of.map((card) => card?.host)).size;
  const isFree = stages.every(
    (stage) => hosts(cards.filter((card) => card.cardClass === stage.cardClass)) <= 1,
  );
  return isFree || hosts(used.map((card) => cards[card])) === 1;
}

function shareHost({ cards }: PlacementProblem, a: Way, b: Way): boolean {
  return a.cards.some((x) => b.cards.some((y) => cards[x]?.host === cards[y]?.host));
}

function singleWays(problem: PlacementProblem, option: Option): Way[] {
  let ways: Way[] = [
    {
      cards: [],
      replicas: [],
      fixed: [],
      perSequence: [],
      most: option.mostSequences,
      preference: option.preference,
      options: [option.id],
      files: [],
      links: option.links ?? 0,
      mixing: option.mixing ?? 0,
    },
  ];
  for (const stage of option.stages) {
    ways = ways.flatMap((way) => {
      const free = problem.cards.flatMap((card, i) =>
        card.cardClass === stage.cardClass && !way.cards.includes(i) ? [i] : [],
      );
      return subsets(free, stage.ranks)
        .filter((cards) => onHosts(problem, option, [...way.cards, ...cards]))
        .map((cards) => ({
          ...way,
          cards: [...way.cards, ...cards],
          fixed: [...way.fixed, ...cards.map(() => stage.fixed)],
          perSequence: [...way.perSequence, ...cards.map(() => stage.perSequence)],
        }));
    });
  }
  const { files } = option;
  return ways.map((way) => ({
    ...way,
    replicas: [way.cards],
    files: files === undefined ? [] : way.cards.map((card) => ({ ...files, card })),
  }));
}

function subsets(values: readonly number[], size: number): number[][] {
  if (size === 0) {
    return [[]];
  }
  return values.flatMap((value, i) =>
    subsets(values.slice(i + 1), size - 1).map((rest) => [value, ...rest]),
  );
}

function isAllowed(
  problem: PlacementProblem,
  chosen: readonly { readonly way: Way | undefined; readonly level: number }[],
): boolean {
  const used = problem.cards.map(() => 0);
  const tenants = problem.cards.map((): number[] => []);
  chosen.forEach(({ way, level }, m) => {
    way?.cards.forEach((card, rank) => {
      used[card] =
        (used[card] ?? 0) + (way.fixed[rank] ?? 0) + (way.perSequence[rank] ?? 0) * level;
      tenants[card]?.push(m);
    });
  });
  const isWithin = (problem.hosts ?? []).every(({ host, watts, disk }) => {
    const isHere = (card: number) => problem.cards[card]?.host === host;
    const drawn = problem.cards.map((card, i) =>
      isHere(i) && (tenants[i] ?? []).length > 0 ? (card.watts ?? 0) : 0,
    );
    const files = chosen.flatMap(({ way }) => way?.files ?? []).filter(({ card }) => isHere(card));
    const sizes = new Map(files.map(({ id, size }) => [id, size]));
    const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
    return (
      sum(drawn) <= (watts ?? Number.POSITIVE_INFINITY) &&
      sum(sizes.values()) <= (disk ?? Number.POSITIVE_INFINITY)
    );
  });
  return (
    isWithin &&
    problem.cards.every((card, i) => {
      const demands = (tenants[i] ?? []).flatMap((m) => problem.demands[m] ?? []);
      const isShared = demands.length > 1;
      const isQuarrel = demands.some((a) => demands.some((b) => a.avoids.includes(b.model)));
      const isTaken = isShared && demands.some((demand) => demand.isExclusive);
      return (used[i] ?? 0) <= card.capacity && !isQuarrel && !isTaken;
    })
  );
}

function reachedBy(
  problem: PlacementProblem,
  chosen: readonly { readonly way: Way | undefined; readonly level: number }[],
  { lossOf = () => 0, priceOf = () => 0 }: Goal,
): Best {
  const placed = problem.demands.flatMap((demand, m) => {
    const one = chosen[m];
    return one?.way === undefined ? [] : [{ demand, level: one.level, way: one.way }];
  });
  const priorities = [...new Set(problem.demands.map((demand) => demand.priority))];
  const served = placed.map(({ demand, level }) =>
    Math.min(demand.wanted, level * demand.replicas),
  );
  return {
    placed: priorities
      .sort((a, b) => b - a)
      .map((p) => placed.filter(({ demand }) => demand.priority === p).length),
    shares: placed.map(({ demand }, i) => (served[i] ?? 0) / demand.wanted).sort((a, b) => a - b),
    sequences: served.reduce((a, b) => a + b, 0),
    loss: placed.reduce(
      (sum, { demand, way }) =>
        way.options.reduce((own, option) => own + lossOf(demand.model, option), sum),
      0,
    ),
    cost: [...new Set(placed.flatMap(({ way }) => way.cards))].reduce(
      (sum, card) => sum + priceOf(problem.cards[card]?.id ?? ""),
      0,
    ),
    precision: placed.reduce((sum, { way }) => sum + way.preference, 0),
    cards: new Set(placed.flatMap(({ way }) => way.cards)).size,
    links: placed.reduce((sum, { way }) => sum + way.links, 0),
    mixing: placed.reduce((sum, { way }) => sum + way.mixing, 0),
  };
}
