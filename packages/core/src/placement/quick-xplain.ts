/** What an oracle knows of a set of requirements: whether they can hold together. */
export type Verdict = "feasible" | "infeasible" | "unknown";

/** Requirements that can't hold together. */
export interface ConflictSet<Requirement> {
  /** In the order in which they were given. */
  readonly members: readonly Requirement[];
  /** Each member was shown to be needed; else some may not be, because the oracle did not know. */
  readonly isMinimal: boolean;
  /** How often the oracle was asked. */
  readonly calls: number;
}

/**
 * A smallest set of requirements that can't hold together: it is infeasible, and without any one of its members it
 * is not. Where there are several such sets, the one that names the requirements that were given first. Undefined
 * where the oracle does not call all of them together infeasible. The oracle must be monotone: what holds together
 * holds with fewer. An "unknown" counts as feasible on the way, so that the set is infeasible in any case.
 *
 * U. Junker, QuickXplain: preferred explanations and relaxations for over-constrained problems, AAAI 2004.
 */
export function quickXplain<Requirement>(
  requirements: readonly Requirement[],
  judge: (some: readonly Requirement[]) => Verdict,
): ConflictSet<Requirement> | undefined {
  const oracle = new Oracle(judge);
  if (oracle.ask(requirements) !== "infeasible") {
    return undefined;
  }
  const found = new Set(needed(oracle, { holds: [], isNew: false, from: requirements }));
  const members = requirements.filter((requirement) => found.has(requirement));
  // asked last, where it can make a difference: to ask for nothing at all is often the dearest question
  if (members.length < 2 && oracle.ask([]) === "infeasible") {
    return { members: [], isMinimal: true, calls: oracle.calls };
  }
  if (oracle.unknowns === 0) {
    return { members, isMinimal: true, calls: oracle.calls };
  }
  const { calls } = oracle;
  const less = swept(members, judge);
  return { ...less, calls: calls + less.calls };
}

/**
 * Some of requirements that can't hold together, from which no one more can be taken away: each is tried once, from
 * the last to the first. Takes one question for each; fewer than `quickXplain` where most are needed.
 */
export function swept<Requirement>(
  requirements: readonly Requirement[],
  judge: (some: readonly Requirement[]) => Verdict,
): ConflictSet<Requirement> {
  let members = requirements;
  let isMinimal = true;
  for (const requirement of requirements.toReversed()) {
    const others = members.filter((one) => one !== requirement);
    const verdict = judge(others);
    members = verdict === "infeasible" ? others : members;
    isMinimal &&= verdict !== "unknown";
  }
  return { members, isMinimal, calls: requirements.length };
}

class Oracle<Requirement> {
  calls = 0;
  unknowns = 0;
  private readonly judge: (some: readonly Requirement[]) => Verdict;

  constructor(judge: (some: readonly Requirement[]) => Verdict) {
    this.judge = judge;
  }

  ask(some: readonly Requirement[]): Verdict {
    const verdict = this.judge(some);
    this.calls += 1;
    this.unknowns += verdict === "unknown" ? 1 : 0;
    return verdict;
  }
}

interface Split<Requirement> {
  /** What is taken for granted. */
  readonly holds: readonly Requirement[];
  /** Something was added to `holds` since it was last asked about. */
  readonly isNew: boolean;
  /** Infeasible together with `holds`. */
  readonly from: readonly Requirement[];
}

/** Those of `from` that are needed beside `holds`. */
function needed<Requirement>(
  oracle: Oracle<Requirement>,
  { holds, isNew, from }: Split<Requirement>,
): readonly Requirement[] {
  if (isNew && oracle.ask(holds) === "infeasible") {
    return [];
  }
  if (from.length < 2) {
    return from;
  }
  const half = Math.ceil(from.length / 2);
  const [first, second] = [from.slice(0, half), from.slice(half)];
  const ofSecond = needed(oracle, { holds: [...holds, ...first], isNew: true, from: second });
  const ofFirst = needed(oracle, {
    holds: [...holds, ...ofSecond],
    isNew: ofSecond.length > 0,
    from: first,
  });
  return [...ofFirst, ...ofSecond];
}
