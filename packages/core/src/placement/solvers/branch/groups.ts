import type { State, Way } from "./ways.ts";

/** Ways of one state that are alike in something: how many replicas take any of them is branched on before each way is. */
export interface Group {
  readonly state: number;
  /** Positions of its ways. */
  readonly ways: readonly number[];
  /** 0 is asked first. */
  readonly level: number;
  /** Position of the smallest group that holds it and more; none: only all of the state's ways do. */
  readonly within: number | undefined;
}

/**
 * What ways are told apart by, the first things first: where replicas go matters more than how they are cut there, and
 * on which of equal hosts they are matters least. The programme has no layout for the sum over equal hosts where it has
 * none for any way to share it out among them, so that what is asked last is seldom asked.
 */
const LEVELS: readonly ((way: Way, mirrors: readonly number[]) => string)[] = [
  ({ choice }, mirrors) => [...new Set(choice.runs.map(({ pool }) => mirrors[pool]))].join(),
  ({ choice }) => `${choice.preference}`,
  ({ choice }) => `${choice.runs.reduce((sum, { count }) => sum + count, 0)}`,
  ({ choice }, mirrors) =>
    choice.runs.map(({ pool, need, count }) => `${mirrors[pool]} ${need} ${count}`).join(),
];

/**
 * Groups within groups, each after those that hold it; none of a single way, and none that is all of what holds it.
 * Pools with the same number in `mirrors` may be swapped.
 */
export function groupsOf(
  ways: readonly Way[],
  states: readonly State[],
  mirrors: readonly number[],
): readonly Group[] {
  const groups: Group[] = [];
  states.forEach((one, state) => {
    let parts: readonly Part[] = [{ ways: one.ways, within: undefined }];
    LEVELS.forEach((alike, level) => {
      parts = parts.flatMap(({ ways: all, within }) =>
        alikeIn(ways, all, (way) => alike(way, mirrors)).map((own): Part => {
          if (own.length === 1 || own.length === all.length) {
            return { ways: own, within };
          }
          groups.push({ state, ways: own, level, within });
          return { ways: own, within: groups.length - 1 };
        }),
      );
    });
  });
  return groups;
}

type Part = Pick<Group, "ways" | "within">;

function alikeIn(
  ways: readonly Way[],
  all: readonly number[],
  alike: (way: Way) => string,
): readonly (readonly number[])[] {
  const parts = new Map<string, number[]>();
  for (const position of all) {
    const way = ways[position];
    const key = way === undefined ? "" : alike(way);
    const own = parts.get(key) ?? [];
    own.push(position);
    parts.set(key, own);
  }
  return [...parts.values()];
}
