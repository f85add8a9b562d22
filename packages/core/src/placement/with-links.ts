import type { Fleet } from "../hardware/fleet.ts";
import { linkWeakness } from "../hardware/link-weakness.ts";
import { linksCrossed } from "./links-crossed.ts";
import type { ObjectiveStage, Solution } from "./problem.ts";

/** A replica's cards, one a rank, in groups of `tp`. */
interface Ranks {
  readonly tp: number;
  readonly cards: readonly string[];
}

/** Weak links that these replicas' ranks cross on the cards that they are on. */
export function linksOf(replicas: readonly Ranks[], { gpus, links }: Fleet): number {
  const weakness = linkWeakness(links);
  const byId = new Map(gpus.map((gpu) => [gpu.id, gpu]));
  return replicas.reduce((sum, { tp, cards }) => {
    const at = (rank: number) => byId.get(cards[rank] ?? "");
    return (
      sum +
      linksCrossed({ tp, ranks: cards.length }, (from, to) => {
        const [a, b] = [at(from), at(to)];
        return a === undefined || b === undefined ? 0 : weakness(a, b);
      })
    );
  }, 0);
}

/**
 * The solution with the links that its cards really have. What the solver counted is less at most, so its bound
 * holds; where it is not reached, links and what comes after them are open, and the plan is not called optimal.
 */
export function withLinks(solution: Solution, crossed: number): Solution {
  const links = solution.objective.find(({ id }) => id === "links");
  const isReached = links?.bound === crossed;
  const objective = solution.objective.map((stage): ObjectiveStage => {
    if (stage.id === "links") {
      return { ...stage, value: crossed };
    }
    return stage.id === "mixing" && !isReached ? { ...stage, bound: 0 } : stage;
  });
  const status = isReached ? solution.status : "feasible";
  return { ...solution, status, objective };
}
