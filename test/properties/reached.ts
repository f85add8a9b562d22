import type {
  Option,
  PlacementProblem,
  Solution,
} from "../../packages/core/src/placement/problem.ts";
import type { Best, Goal } from "./brute-force.ts";

/** What a solution reaches, added up from its assignments alone. */
export function reached(
  problem: PlacementProblem,
  solution: Solution,
  { lossOf = () => 0, priceOf = () => 0 }: Goal = {},
): Best {
  const placed = problem.demands.flatMap((demand) => {
    const own = solution.assignments.filter((one) => one.model === demand.model);
    const sequences = own.reduce((sum, one) => sum + one.sequences, 0);
    return own.length === 0 ? [] : [{ demand, served: Math.min(demand.wanted, sequences) }];
  });
  const sumOf = (of: (option: Option) => number): number =>
    solution.assignments.reduce((sum, one) => {
      const options = problem.demands.find((demand) => demand.model === one.model)?.options ?? [];
      return options.filter(({ id }) => id === one.option).reduce((own, o) => own + of(o), sum);
    }, 0);
  const priorities = [...new Set(problem.demands.map((demand) => demand.priority))];
  return {
    placed: priorities
      .sort((a, b) => b - a)
      .map((p) => placed.filter(({ demand }) => demand.priority === p).length),
    shares: placed.map(({ demand, served }) => served / demand.wanted).sort((a, b) => a - b),
    sequences: placed.reduce((sum, { served }) => sum + served, 0),
    loss: solution.assignments.reduce((sum, one) => sum + lossOf(one.model, one.option), 0),
    cost: [...new Set(solution.assignments.flatMap((one) => one.cards))].reduce(
      (sum, card) => sum + priceOf(card),
      0,
    ),
    precision: sumOf(({ preference }) => preference),
    cards: new Set(solution.assignments.flatMap((one) => one.cards)).size,
    links: sumOf(({ links = 0 }) => links),
    mixing: sumOf(({ mixing = 0 }) => mixing),
  };
}
