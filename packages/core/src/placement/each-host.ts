import type { Assignment, Demand, Option, PlacementProblem, Solution } from "./problem.ts";

/** A problem in which every class is on one host, and the way back. */
interface EachHost {
  readonly problem: PlacementProblem;
  /** A solution of that problem as one of the problem given. */
  readonly merged: (solution: Solution) => Solution;
  /** An assignment of the problem given as one of that problem. */
  readonly apart: (assignment: Assignment) => Assignment;
}

/**
 * The problem with its options written out for each host that they may go on. The same one where no
 * class is on several hosts.
 */
export function onEachHost(problem: PlacementProblem): EachHost {
  const hosts = hostsOfClasses(problem);
  if ([...hosts.values()].every((own) => own.length === 1)) {
    return { problem, merged: (solution) => solution, apart: (assignment) => assignment };
  }
  const cards = problem.cards.map((card) => ({
    ...card,
    cardClass: nameOn(card.cardClass, card.host),
  }));
  const origins = new Map<string, string>();
  const demands = problem.demands.map((demand) => {
    const own = onEachOnce(hosts, demand);
    for (const [id, origin] of own.origins) {
      origins.set(keyOf(demand.model, id), origin);
    }
    return { ...demand, options: own.options };
  });
  const hostOf = new Map(problem.cards.map(({ id, host }) => [id, host]));
  const originOf = (model: string, option: string) => origins.get(keyOf(model, option)) ?? option;
  return {
    problem: { ...problem, cards, demands },
    apart: (one) => {
      const option = nameOn(one.option, hostOf.get(one.cards[0] ?? "") ?? "");
      return origins.has(keyOf(one.model, option)) ? { ...one, option } : one;
    },
    merged: (solution) => ({
      ...solution,
      assignments: solution.assignments.map((one) => ({
        ...one,
        option: originOf(one.model, one.option),
      })),
    }),
  };
}

/** Hosts that have cards of a class, in the order of the cards. */
export function hostsOfClasses(problem: PlacementProblem): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, Set<string>>();
  for (const { cardClass, host } of problem.cards) {
    const own = hosts.get(cardClass) ?? new Set();
    hosts.set(cardClass, own.add(host));
  }
  return new Map([...hosts].map(([cardClass, own]) => [cardClass, [...own]]));
}

/**
 * Hosts that one replica by this option may go on; none where its classes are each on a host of their own,
 * so that there is nothing to choose.
 */
function hostsOfOption(
  hosts: ReadonlyMap<string, readonly string[]>,
  { stages }: Option,
): readonly string[] | undefined {
  const own = stages.map(({ cardClass }) => hosts.get(cardClass) ?? []);
  if (own.every((names) => names.length === 1)) {
    return undefined;
  }
  return (own[0] ?? []).filter((host) => own.every((names) => names.includes(host)));
}

interface OnEach {
  readonly options: readonly Option[];
  /** The id of the option that each is of, by its own. */
  readonly origins: ReadonlyMap<string, string>;
}

/** The same objects for the same options on the same hosts, so that what was found out about them is found again. */
function onEachOnce(hosts: ReadonlyMap<string, readonly string[]>, { options }: Demand): OnEach {
  const answers = known.get(options) ?? new Map<string, OnEach>();
  known.set(options, answers);
  const key = JSON.stringify([...hosts]);
  const answer = answers.get(key) ?? onEach(hosts, options);
  answers.set(key, answer);
  return answer;
}

const known = new WeakMap<readonly Option[], Map<string, OnEach>>();

function onEach(hosts: ReadonlyMap<string, readonly string[]>, options: readonly Option[]): OnEach {
  const origins = new Map<string, string>();
  const each = options.flatMap((option) => optionOnEach(hosts, option, origins));
  return { options: each, origins };
}

function optionOnEach(
  hosts: ReadonlyMap<string, readonly string[]>,
  option: Option,
  origins: Map<string, string>,
): Option[] {
  const own = hostsOfOption(hosts, option);
  const ways = own ?? [undefined];
  return ways.map((host) => {
    const id = host === undefined ? option.id : nameOn(option.id, host);
    origins.set(id, option.id);
    const stages = option.stages.map((stage) => {
      const on = host ?? hosts.get(stage.cardClass)?.[0] ?? "";
      return { ...stage, cardClass: nameOn(stage.cardClass, on) };
    });
    return { ...option, id, stages };
  });
}

function nameOn(name: string, host: string): string {
  return JSON.stringify([name, host]);
}

function keyOf(model: string, option: string): string {
  return JSON.stringify([model, option]);
}
