import type { PlacedFleet } from "../../placement/place-fleet.ts";
import { quickXplain, type Verdict } from "../../placement/quick-xplain.ts";
import { halvingsOf, type Lever, leversFor, limitLevers, type Way } from "./levers.ts";
import type { Attempt, Family, Looking, Refused } from "./remedy.ts";
import { mayFit } from "./room.ts";

/** Most things that are changed together: beyond, nobody sees what each of them is for. */
const MOST_TOGETHER = 3;

/** Choices of values that are tried for what is changed together. */
const MOST_CHOICES = 8;

/** Sets of changes that are looked at. */
const MOST_SETS = 6;

/**
 * Changes that are only enough together, those first that take least away in all. What others that are in the way may
 * give up is looked at with what the model itself may; where nothing at all is enough so far, what all others may.
 */
export const combined: Family = {
  *attempts(refused, looking) {
    const near = leversFor(refused, looking);
    const all = leversFor(refused, { ...looking, isInTheWay: () => true });
    const found = [...setsAmong(near, refused, looking)];
    const isDone = found.length + looking.found.size > 0 || all.length === near.length;
    const sets = isDone ? found : [...setsAmong(all, refused, looking)];
    yield* leastFirst(sets);
  },
};

/** The same with more of what hosts have only so much of, where that alone is not enough. */
export const combinedWithLimits: Family = {
  *attempts(refused, looking) {
    const limits = looking.found.has("host-limits") ? [] : limitLevers(refused);
    const levers = limits.length === 0 ? [] : [...limits, ...leversFor(refused, looking)];
    const sets = [...setsAmong(levers, refused, looking)];
    yield* leastFirst(sets.filter(({ attempt }) => attempt.hosts !== undefined));
  },
};

function leastFirst(sets: readonly ChangeSet[]): readonly Attempt[] {
  return sets.toSorted((a, b) => a.halvings - b.halvings).map(({ attempt }) => attempt);
}

/** Some changes as one, and how much they take away in all. */
interface ChangeSet {
  readonly attempt: Attempt;
  readonly halvings: number;
}

/**
 * The first set is the one whose costliest change is the cheapest; each further one does without the cheapest change of the
 * one before. No set has a member that it does not need: QuickXplain finds a smallest one with which there is room when
 * each is moved as far as it goes, and what is less than that makes no more room.
 */
function* setsAmong(
  all: readonly Lever[],
  refused: Refused,
  looking: Looking,
): Iterable<ChangeSet> {
  let levers = all;
  for (let set = 0; set < MOST_SETS; set += 1) {
    const found = quickXplain(levers, (some) =>
      opposite(looking.judge((wish) => some.some(({ gives }) => gives(wish)))),
    );
    if (found === undefined || found.members.length === 0) {
      return;
    }
    const [cheapest] = found.members;
    levers = levers.filter((lever) => lever !== cheapest);
    if (found.members.length <= MOST_TOGETHER) {
      yield* gentlest(found.members, refused, looking);
    }
  }
}

/** QuickXplain looks for what can't hold; what is looked for here is what makes room. */
function opposite(verdict: Verdict): Verdict {
  return verdict === "feasible" ? "infeasible" : "feasible";
}

/** The choice of values that works and takes least away, by how often it halves what was asked for. */
function* gentlest(
  levers: readonly Lever[],
  refused: Refused,
  looking: Looking,
): Iterable<ChangeSet> {
  const ways = levers.map((lever) => lever.ways(refused, looking));
  const works = (choice: readonly Way[]): boolean =>
    looking.glance(asOne(choice.map((way) => way.attempt))) === "feasible";
  const choices = gentlestFirst(ways).filter((choice) =>
    mayFit(refused, asOne(choice.map((way) => way.attempt))),
  );
  const choice = choices.slice(0, MOST_CHOICES).find(works) ?? softened(ways, works);
  if (choice !== undefined) {
    const attempt = raised(choice, looking);
    yield { attempt, halvings: halvingsOf(attempt, refused) };
  }
}

function gentlestFirst(ways: readonly (readonly Way[])[]): readonly (readonly Way[])[] {
  return ways
    .reduce<readonly (readonly Way[])[]>(
      (all, own) => all.flatMap((choice) => own.map((way) => [...choice, way])),
      [[]],
    )
    .toSorted((a, b) => halvingsIn(a) - halvingsIn(b));
}

/** From everything given up as far as it goes, each in turn as little as will do. Undefined where not even that works. */
function softened(
  ways: readonly (readonly Way[])[],
  works: (choice: readonly Way[]) => boolean,
): readonly Way[] | undefined {
  const farthest = ways.flatMap((own) => own.at(-1) ?? []);
  if (farthest.length < ways.length || !works(farthest)) {
    return undefined;
  }
  return ways.reduce((choice, own, i) => {
    const gentler = own.find((way) => works(choice.with(i, way)));
    return gentler === undefined ? choice : choice.with(i, gentler);
  }, farthest);
}

function halvingsIn(choice: readonly Way[]): number {
  return choice.reduce((sum, { halvings }) => sum + halvings, 0);
}

/** Every part as little as the others leave room for, one after another. */
function raised(choice: readonly Way[], { glance }: Looking): Attempt {
  let parts = choice.map((way) => way.attempt);
  let best = asOne(parts);
  choice.forEach(({ gentlest: least }, i) => {
    const tried = new Map([[parts[i], best]]);
    const part = least((one) => {
      const all = asOne(parts.with(i, one));
      tried.set(one, all);
      return glance(all) === "feasible";
    });
    best = tried.get(part) ?? best;
    parts = parts.with(i, part);
  });
  return best;
}

/** All of these changes as one. */
export function asOne(parts: readonly Attempt[]): Attempt {
  const hosts = parts.flatMap((part) => part.hosts ?? []);
  return {
    change: parts.reduce((all, { change }) => withChange(all, change), {}),
    model: (own) => parts.reduce((one, { model }) => model?.(one) ?? one, own),
    others: (other) => parts.reduce((one, { others }) => others?.(one) ?? one, other),
    ...(hosts.length === 0
      ? {}
      : { hosts: (host) => hosts.reduce((one, change) => change(one), host) }),
    ...(parts.some(({ settle }) => settle) ? { settle: (placed) => settled(parts, placed) } : {}),
    ...(parts.some(({ cards }) => cards)
      ? { cards: parts.flatMap(({ cards = [] }) => cards) }
      : {}),
    ...(parts.some(({ drops }) => drops)
      ? { drops: parts.flatMap(({ drops = [] }) => drops) }
      : {}),
    say: (placed) => joinedText(spoken(parts).map(({ say }) => say(placed))),
  };
}

/** What asks for more than it needs turns out not to be needed at all where nothing stands for it. */
function settled(parts: readonly Attempt[], placed: PlacedFleet): Attempt {
  return asOne(parts.flatMap((part) => (part.settle ? (part.settle(placed) ?? []) : part)));
}

/** The costliest first, but what is changed of others and of hosts last: until then "it" is the model itself. */
function spoken(parts: readonly Attempt[]): readonly Attempt[] {
  const rank = ({ eases, hosts }: Attempt): number =>
    Number(eases !== undefined) + 2 * Number(hosts !== undefined);
  return parts.toReversed().toSorted((a, b) => rank(a) - rank(b));
}

/** "Run it at fp8, and let it share a card with chat." */
function joinedText(sentences: readonly string[]): string {
  const clauses = sentences.map((sentence, i) => {
    const clause = sentence.replace(/\.$/, "");
    return i === 0 ? clause : clause.charAt(0).toLowerCase() + clause.slice(1);
  });
  const last = clauses.at(-1);
  return clauses.length === 1 ? `${last}.` : `${clauses.slice(0, -1).join(", ")}, and ${last}.`;
}

type Change = Attempt["change"];

/** Keys of other models, and of hosts, are joined one by one. */
function withChange(all: Change, change: Change): Change {
  const joined = ["others", "hosts"].map((of) => {
    const [before, after] = [all, change].map(
      (one) => (one[of] ?? {}) as Readonly<Record<string, Change>>,
    );
    const both = { ...before };
    for (const [name, keys] of Object.entries(after ?? {})) {
      both[name] = { ...both[name], ...keys };
    }
    return Object.keys(both).length === 0 ? {} : { [of]: both };
  });
  return Object.assign({}, all, change, ...joined);
}
