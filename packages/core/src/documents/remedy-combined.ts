import { quickXplain, type Verdict } from "../placement/quick-xplain.ts";
import type { Attempt, Family, Looking, Refused } from "./remedy.ts";
import { lastThatHolds } from "./remedy-dial.ts";
import { halvingsOf, type Lever, leversFor, type Way } from "./remedy-levers.ts";
import { mayFit } from "./remedy-room.ts";

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
  kind: "combined",
  upTo: 3,
  *attempts(refused, looking) {
    const near = leversFor(refused, looking);
    const all = leversFor(refused, { ...looking, isInTheWay: () => true });
    const found = [...setsAmong(near, refused, looking)];
    const isDone = found.length + looking.found.size > 0 || all.length === near.length;
    const sets = isDone ? found : [...setsAmong(all, refused, looking)];
    const sorted = sets.toSorted((a, b) => a.halvings - b.halvings);
    yield* sorted.map(({ attempt }) => attempt);
  },
};

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
  const choices = ways
    .reduce<readonly (readonly Way[])[]>(
      (all, own) => all.flatMap((choice) => own.map((way) => [...choice, way])),
      [[]],
    )
    .toSorted((a, b) => halvingsIn(a) - halvingsIn(b));
  let left = MOST_CHOICES;
  for (const choice of choices) {
    const attempt = together(choice.map((way) => way.attempt));
    if (mayFit(refused, attempt)) {
      if (looking.glance(attempt) === "feasible") {
        const best = raised(choice, attempt, looking);
        yield { attempt: best, halvings: halvingsOf(best, refused) };
        return;
      }
      left -= 1;
      if (left === 0) {
        return;
      }
    }
  }
}

function halvingsIn(choice: readonly Way[]): number {
  return choice.reduce((sum, { halvings }) => sum + halvings, 0);
}

/** Every number as large as the others leave room for, one after another. */
function raised(choice: readonly Way[], attempt: Attempt, { glance }: Looking): Attempt {
  let [parts, best] = [choice.map((way) => way.attempt), attempt];
  choice.forEach(({ upwards }, i) => {
    const higher = upwards.slice(1).map((value) => () => {
      const all = parts.with(i, value());
      return { parts: all, best: together(all) };
    });
    const last = lastThatHolds(higher, (one) => glance(one.best) === "feasible");
    ({ parts, best } = last ?? { parts, best });
  });
  return best;
}

/** All of these changes as one. */
function together(parts: readonly Attempt[]): Attempt {
  return {
    change: parts.reduce((all, { change }) => withChange(all, change), {}),
    model: (own) => parts.reduce((one, { model }) => model?.(one) ?? one, own),
    others: (other) => parts.reduce((one, { others }) => others?.(one) ?? one, other),
    say: (placed) => joinedText(spoken(parts).map(({ say }) => say(placed))),
  };
}

/** The costliest first, but what is changed of others last: until then "it" is the model itself. */
function spoken(parts: readonly Attempt[]): readonly Attempt[] {
  const costliest = parts.toReversed();
  return [
    ...costliest.filter(({ eases }) => eases === undefined),
    ...costliest.filter(({ eases }) => eases !== undefined),
  ];
}

/** "Run it at fp8, and let it share a card with chat." */
function joinedText(sentences: readonly string[]): string {
  const clauses = sentences.map((sentence, i) => {
    const clause = sentence.replace(/\.$/, "");
    return i === 0 ? clause : clause.charAt(0).toLowerCase() + clause.slice(1);
  });
  return `${clauses.slice(0, -1).join(", ")}, and ${clauses.at(-1)}.`;
}

type Change = Attempt["change"];

/** Keys of other models are joined model by model. */
function withChange(all: Change, change: Change): Change {
  const [before, after] = [all, change].map(
    ({ others }) => (others ?? {}) as Readonly<Record<string, Change>>,
  );
  const others = { ...before };
  for (const [name, keys] of Object.entries(after ?? {})) {
    others[name] = { ...others[name], ...keys };
  }
  return {
    ...all,
    ...change,
    ...(Object.keys(others).length === 0 ? {} : { others }),
  };
}
