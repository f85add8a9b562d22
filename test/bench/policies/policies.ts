import type {
  Demand,
  Option,
  PlacementProblem,
} from "../../../packages/core/src/placement/problem.ts";
import { lowestLevel } from "../../../packages/core/src/placement/solvers/levels.ts";
import type { Policy } from "./policy.ts";

/** Ollama gives a model one GPU where it needs at most this part of what is free there (server/sched.go). */
const OLLAMA_PART = 0.8;
/** What vLLM takes of each GPU in gpustack unless told otherwise (gpu_memory_utilization). */
const VLLM_PART = 0.9;

/** The largest model first, each on the first cards with room. */
const firstFit: Policy = {
  name: "first fit by size",
  order: ({ demands }) => byPriority(demands, (a, b) => leastBytes(b) - leastBytes(a)),
  options: fewestCards,
  mayTake: () => true,
  compare: () => 0,
};

/** In the order of the file, each model on the fewest cards that nobody uses: vLLM claims 90 % of each. */
const gpustack: Policy = {
  name: "one at a time, as gpustack",
  order: ({ demands }) => byPriority(demands, () => 0),
  options: fewestCards,
  mayTake: ({ tenants, capacity }, need) => tenants.length === 0 && need <= VLLM_PART * capacity,
  compare: (a, b) => b.free - a.free,
};

/** In the order of the file, each on the card with most free memory, or on the group of cards with most. */
const ollama: Policy = {
  name: "largest free card, as ollama",
  order: ({ demands }) => byPriority(demands, () => 0),
  options: fewestCards,
  mayTake: ({ free }, need, ranks) => ranks > 1 || need <= OLLAMA_PART * free,
  compare: (a, b) => b.free - a.free,
};

export const POLICIES: readonly Policy[] = [firstFit, gpustack, ollama];

function byPriority(
  demands: PlacementProblem["demands"],
  compare: (a: Demand, b: Demand) => number,
): readonly number[] {
  return demands
    .map((demand, i) => ({ demand, i }))
    .sort(
      (a, b) => b.demand.priority - a.demand.priority || compare(a.demand, b.demand) || a.i - b.i,
    )
    .map(({ i }) => i);
}

function fewestCards({ options }: Demand): readonly Option[] {
  return options.toSorted((a, b) => a.preference - b.preference || ranksOf(a) - ranksOf(b));
}

function ranksOf({ stages }: Option): number {
  return stages.reduce((sum, { ranks }) => sum + ranks, 0);
}

function leastBytes(demand: Demand): number {
  const level = lowestLevel(demand);
  const bytes = demand.options.map(({ stages }) =>
    stages.reduce(
      (sum, { ranks, fixed, perSequence }) => sum + ranks * (fixed + level * perSequence),
      0,
    ),
  );
  return demand.replicas * Math.min(...bytes, Number.MAX_SAFE_INTEGER);
}
