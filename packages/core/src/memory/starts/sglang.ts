import { MOST_DIGITS, withFewDigits } from "./few-digits.ts";
import type { FoundRank, StartingEngine, StartLaw } from "./start-law.ts";

/**
 * SGLang: KV = free after load − free before load · (1 − f), both the least of a tensor parallel group; with
 * recurrent layers that is shared with a pool of state (reference/launchers.md, section 5). Activations and graphs
 * live in what f leaves. The cap on tokens cuts what f gives too much.
 */
export const sglangStart: StartLaw = {
  knobs: (engine, ranks) => ({ memFractionStatic: launchFraction(engine, ranks) }),
  needs: ({ ranks }) => ranks.map(() => 0),
  held: (engine, ranks, { memFractionStatic = 0 }) => heldWith(engine, ranks, memFractionStatic),
};

interface Group {
  readonly freeBeforeLoad: number;
  /** Free once everything that the fraction counts is loaded. */
  readonly freeAfterLoad: number;
  readonly poolBytes: number;
}

/** Tensor parallel groups, each as its rank with least free memory sees it. */
function groupsOf({ tp }: StartingEngine, ranks: readonly FoundRank[]): readonly Group[] {
  return Array.from({ length: ranks.length / tp }, (_, stage) => {
    const group = ranks.slice(stage * tp, (stage + 1) * tp);
    return {
      freeBeforeLoad: Math.min(...group.map((rank) => rank.freeAtStart - rank.beforeLoad)),
      freeAfterLoad: Math.min(...group.map((rank) => rank.freeAtStart - rank.heldBefore)),
      poolBytes: Math.max(...group.map((rank) => rank.poolBytes)),
    };
  });
}

/** Aims at half a block above the planned tokens. */
function launchFraction(engine: StartingEngine, ranks: readonly FoundRank[]): number {
  const half = engine.tokensPerBlock / 2 / engine.tokens;
  const aims = groupsOf(engine, ranks).map(
    ({ freeBeforeLoad, freeAfterLoad, poolBytes }) =>
      1 - (freeAfterLoad - (1 + half) * poolBytes) / freeBeforeLoad,
  );
  return withFewDigits(
    Math.max(...aims),
    MOST_DIGITS.float64,
    (fraction) => heldWith(engine, ranks, fraction) === engine.tokens,
  );
}

/** Tokens of the planned pool, in whole blocks, as many as the group with least room holds. */
function heldWith(engine: StartingEngine, ranks: readonly FoundRank[], fraction: number): number {
  const parts = groupsOf(engine, ranks)
    .filter(({ poolBytes }) => poolBytes > 0)
    .map(({ freeBeforeLoad, freeAfterLoad, poolBytes }) => {
      const budget = freeAfterLoad - freeBeforeLoad * (1 - fraction);
      return Math.max(0, (engine.tokens * budget) / poolBytes);
    });
  return Math.floor(Math.min(...parts) / engine.tokensPerBlock) * engine.tokensPerBlock;
}
