import { expect, test } from "vitest";
import type { PlanDocument } from "../plan-document.ts";
import { type Tried, weighed } from "./weigh-purchases.ts";
import type { FleetState } from "./whatif-document.ts";

function stateOf(mostTokensPerSecond: number): FleetState {
  return {
    status: "optimal",
    cards: 2,
    placed: 1,
    unplaced: [],
    worstShare: 1,
    sequences: 8,
    kvTokens: 0,
    mostTokensPerSecond,
  };
}

/** A plan of one replica with so many sequences, which comes to 100 tokens/s for each. */
function planned(sequences: number) {
  const deployments = [{ model: "chat", concurrentSequences: sequences }];
  const plan = { deployments } as unknown as PlanDocument;
  return { plan, state: stateOf(100 * sequences) };
}

function tried(gpu: string, tokens: number, alike?: number): Tried {
  const purchase = { gpu, name: gpu, host: "box1", state: stateOf(tokens), watts: 450 };
  return { purchase, ...(alike === undefined ? {} : { alike: planned(alike) }) };
}

test.each([
  {
    why: "a card that the plan leaves empty",
    cards: [tried("l4", 400, 4)],
    brings: ["nothing"],
    // 4 sequences instead of 2, on the cards that are there
    without: { state: stateOf(400), sizes: [{ model: "chat", replicas: 1, sequences: 4 }] },
  },
  {
    why: "one that carries more than others with its sizes",
    cards: [tried("l4", 600, 4)],
    brings: ["tokens"],
    without: { state: stateOf(400), sizes: [{ model: "chat", replicas: 1, sequences: 4 }] },
  },
  {
    why: "one that is measured by sizes which were found for another",
    cards: [tried("l4", 300, 2), tried("h100", 600, 4)],
    brings: ["nothing", "tokens"],
    without: { state: stateOf(400), sizes: [{ model: "chat", replicas: 1, sequences: 4 }] },
  },
  {
    why: "sizes that come to less without it",
    cards: [tried("l4", 600, 1)],
    brings: ["tokens"],
    without: undefined,
  },
  { why: "no sizes", cards: [tried("l4", 600)], brings: ["tokens"], without: undefined },
])("what a card brings: $why", ({ cards, brings, without }) => {
  const { buy, withoutBuying } = weighed(planned(2), cards);
  expect(buy.map((one) => one.brings)).toEqual(brings);
  expect(withoutBuying).toEqual(without);
});
