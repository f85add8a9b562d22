import type { CountedTerm, PlanDeployment, PlanRank } from "../documents/plan-document.ts";
import type { CardUse } from "./card-use.ts";
import { PRINTED_SLACK_BYTES } from "./free-for-start.ts";

/** What one start took of one card, and what the plan allows for it. */
export interface CardTaken {
  readonly gpu: string;
  readonly freeBeforeBytes: number;
  readonly freeAfterBytes: number;
  readonly takenBytes: number;
  /** Least and most that the plan has room for. */
  readonly lowBytes: number;
  readonly highBytes: number;
  readonly verdict: "inside" | "above" | "below";
}

/** Terms that an engine takes for a moment, or only later: they may be missing right after its start. */
const MAY_COME_LATER: readonly CountedTerm["id"][] = [
  "activations",
  "headroom",
  "runtime",
  "graphs",
];

/** Every card of a deployment, before and after its start, against the plan; cards that were not measured are left out. */
export function cardsTaken(
  deployment: PlanDeployment,
  before: readonly CardUse[],
  after: readonly CardUse[],
): readonly CardTaken[] {
  return deployment.ranks.flatMap((rank) => {
    const was = before.find(({ gpu }) => gpu === rank.gpu);
    const is = after.find(({ gpu }) => gpu === rank.gpu);
    return was === undefined || is === undefined
      ? []
      : [judged(rank, deployment.tokensPerBlock, was.freeBytes, is.freeBytes)];
  });
}

function judged(
  rank: PlanRank,
  tokensPerBlock: number,
  freeBeforeBytes: number,
  freeAfterBytes: number,
): CardTaken {
  const takenBytes = freeBeforeBytes - freeAfterBytes;
  const lowBytes = leastOf(rank, tokensPerBlock);
  const highBytes = rank.terms.reduce((sum, term) => sum + term.plannedBytes, rank.kv.budgetBytes);
  return {
    gpu: rank.gpu,
    freeBeforeBytes,
    freeAfterBytes,
    takenBytes,
    lowBytes,
    highBytes,
    verdict: verdictOf(takenBytes, lowBytes, highBytes),
  };
}

function verdictOf(taken: number, low: number, high: number): CardTaken["verdict"] {
  if (taken > high + PRINTED_SLACK_BYTES) {
    return "above";
  }
  return taken < low - PRINTED_SLACK_BYTES ? "below" : "inside";
}

/** All terms at their low bound but those that may come later, and the whole KV pool. */
function leastOf({ terms, kv }: PlanRank, tokensPerBlock: number): number {
  return terms
    .filter(({ id }) => !MAY_COME_LATER.includes(id))
    .reduce((sum, { lowBytes }) => sum + lowBytes, kv.blocks * tokensPerBlock * kv.bytesPerToken);
}
