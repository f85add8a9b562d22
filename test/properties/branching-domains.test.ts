import { expect, test } from "vitest";
import { onEachHost } from "../../packages/core/src/placement/each-host.ts";
import { Domain } from "../../packages/core/src/placement/solvers/branch/domain.ts";
import { isContradictory, judge } from "../../packages/core/src/placement/solvers/branch/judge.ts";
import { packCounts } from "../../packages/core/src/placement/solvers/branch/pack-counts.ts";
import { type Listed, listWays } from "../../packages/core/src/placement/solvers/branch/ways.ts";
import { Effort } from "../../packages/core/src/placement/solvers/effort.ts";
import { indexFleet } from "../../packages/core/src/placement/solvers/fleet-index.ts";
import { seededRandom, smallHosts } from "./random-placement.ts";

/** More ways to choose counts than these are not tried. */
const MOST_WAYS = 12;

/** A small problem with each model at its least or at what it wants, or left out. */
function listed(seed: number): Listed {
  const { problem } = onEachHost(smallHosts(seed));
  const models = problem.demands.map(({ least, wanted, replicas }, model) => {
    const [low, high] = [least, wanted].map((all) => Math.ceil(all / replicas));
    return {
      model,
      cases: [{ level: high }, { level: low, tier: 0 }, { level: undefined, tier: 1 }],
    };
  });
  return listWays(indexFleet(problem), { models, limits: [] });
}

/** A part of all counts, as a search cuts it out: a few bounds are drawn, the others are as they are. */
function drawn(own: Listed, random: () => number): Domain {
  const domain = new Domain(own);
  domain.most.forEach((most, position) => {
    if (random() < (position < domain.groups ? 0.15 : 0.5)) {
      const least = Math.floor(random() * (most + 1));
      domain.least[position] = random() < 0.5 ? least : 0;
      domain.most[position] = least + Math.floor(random() * (most - least + 1));
    }
  });
  return domain;
}

/** All ways to choose one model's state and how many replicas take each way, as the domain allows, by position. */
function choicesOf(own: Listed, domain: Domain, states: readonly number[]): number[][] {
  const ways = states.flatMap((state) => own.states[state]?.ways ?? []);
  const positions = [
    ...ways,
    ...states.map((state) => domain.states + state),
    ...own.groups.flatMap(({ state }, g) => (states.includes(state) ? [domain.groups + g] : [])),
  ];
  const isAllowed = (counts: readonly number[]): boolean =>
    positions.every((position) => {
      const count = counts[position] ?? 0;
      return count >= (domain.least[position] ?? 0) && count <= (domain.most[position] ?? 0);
    });
  return states.flatMap((state) => {
    const { ways: taken = [], replicas = 0 } = own.states[state] ?? {};
    return spread(taken, replicas).flatMap((some) => {
      const counts = domain.most.reduce<number[]>((all) => [...all, 0], []);
      counts[domain.states + state] = 1;
      taken.forEach((way, i) => {
        counts[way] = some[i] ?? 0;
      });
      own.groups.forEach((group, g) => {
        counts[domain.groups + g] = group.ways.reduce((sum, way) => sum + (counts[way] ?? 0), 0);
      });
      return isAllowed(counts) ? [counts] : [];
    });
  });
}

/** All ways to hand out so many to these. */
function spread([first, ...rest]: readonly number[], count: number): number[][] {
  if (first === undefined) {
    return count === 0 ? [[]] : [];
  }
  return Array.from({ length: count + 1 }, (_, own) => own).flatMap((own) =>
    spread(rest, count - own).map((others) => [own, ...others]),
  );
}

/** Whether a choice for every model at once goes on the cards. */
function hasLayout(own: Listed, choices: readonly (readonly number[][])[]): boolean {
  const effort = new Effort({ nodeLimit: 1_000_000 });
  const counted = (counts: readonly number[], [mine, ...others]: typeof choices): boolean =>
    mine === undefined
      ? packCounts(own, counts, { effort, mostPaid: undefined }).kind === "found"
      : mine.some((one) =>
          counted(
            counts.map((count, i) => count + (one[i] ?? 0)),
            others,
          ),
        );
  const none = Array.from(
    { length: own.ways.length + own.states.length + own.groups.length },
    () => 0,
  );
  return counted(none, choices);
}

const CASES = Array.from({ length: 160 }, (_, seed) => ({ seed, own: listed(seed) }))
  .filter(({ own }) => own.ways.length <= MOST_WAYS)
  .flatMap(({ seed, own }) => {
    const random = seededRandom(seed + 0xd0);
    return Array.from({ length: 4 }, (_, draw) => {
      const domain = drawn(own, random);
      const choices = own.statesOf.map((states) => choicesOf(own, domain, states));
      return { name: `${seed}, ${draw}`, own, domain, choices, random };
    });
  });

test("a domain is contradictory where trying all counts finds none for some model", () => {
  const answers = CASES.map(({ name, own, domain, choices }) => {
    const isNone = choices.some(({ length }) => length === 0);
    expect({ name, is: isContradictory(own, domain) }).toEqual({ name, is: isNone });
    return isNone;
  });
  const forced = CASES.filter(({ own, domain }) =>
    own.groups.some((_, group) => (domain.least[domain.groups + group] ?? 0) > 0),
  );
  expect(answers.filter((isNone) => isNone).length).toBeGreaterThan(30);
  expect(answers.filter((isNone) => !isNone).length).toBeGreaterThan(30);
  expect(forced.length).toBeGreaterThan(8);
});

test("prices never refute a domain that has a layout", () => {
  const none = new Float64Array(0);
  const refuted = CASES.filter(({ own, domain, random }) => {
    const places = Float64Array.from(own.places, () => Math.floor(random() * 4));
    return judge(own, domain, { places, limits: none, classes: none }).bound > 0;
  });
  const wrong = refuted.filter(({ own, choices }) => hasLayout(own, choices));
  expect(wrong.map(({ name }) => name)).toEqual([]);
  // not only those that are contradictory
  expect(
    refuted.filter(({ choices }) => choices.every(({ length }) => length > 0)).length,
  ).toBeGreaterThan(10);
});
