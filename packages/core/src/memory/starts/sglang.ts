import { MOST_DIGITS, withFewDigits } from "./few-digits.ts";
import type { FoundRank, StartingEngine, StartLaw } from "./start-law.ts";

/**
 * SGLang: KV = free after load − free before load · (1 − f), both the least of all ranks, pipeline stages among
 * them; with recurrent layers that is shared with a pool of state (reference/launchers.md, section 5). The rank whose
 * pool is largest decides the tokens of all. Activations and graphs live in what f leaves. The cap on tokens cuts
 * what f gives too much.
 */
export const sglangStart: StartLaw = {
  knobs: (engine, ranks) => ({ memFractionStatic: launchFraction(engine, ranks) }),
  needs: ({ ranks }) => ranks.map(() => 0),
  held: (engine, ranks, { memFractionStatic = 0 }) => heldWith(engine, ranks, memFractionStatic),
};

interface Found {
  readonly freeBeforeLoad: number;
  /** Free once everything that the fraction counts is loaded. */
  readonly freeAfterLoad: number;
  readonly poolBytes: number;
}

/** What every rank takes as its own: the least that is free anywhere, which may be on two cards. */
function foundBy(ranks: readonly FoundRank[]): Found {
  return {
    freeBeforeLoad: Math.min(...ranks.map((rank) => rank.freeAtStart - rank.beforeLoad)),
    freeAfterLoad: Math.min(...ranks.map((rank) => rank.freeAtStart - rank.heldBefore)),
    poolBytes: Math.max(...ranks.map((rank) => rank.poolBytes)),
  };
}

/** Aims at half a block above the planned tokens. */
function launchFraction(engine: StartingEngine, ranks: readonly FoundRank[]): number {
  const half = engine.tokensPerBlock / 2 / engine.tokens;
  const { freeBeforeLoad, freeAfterLoad, poolBytes } = foundBy(ranks);
  return withFewDigits(
    1 - (freeAfterLoad - (1 + half) * poolBytes) / freeBeforeLoad,
    MOST_DIGITS.float64,
    (fraction) => heldWith(engine, ranks, fraction) === engine.tokens,
  );
}

/** Tokens of the planned pool, in whole blocks. */
function heldWith(engine: StartingEngine, ranks: readonly FoundRank[], fraction: number): number {
  const { freeBeforeLoad, freeAfterLoad, poolBytes } = foundBy(ranks);
  const budget = freeAfterLoad - freeBeforeLoad * (1 - fraction);
  const held = Math.max(0, (engine.tokens * budget) / poolBytes);
  return Math.floor(held / engine.tokensPerBlock) * engine.tokensPerBlock;
}
