import { type PlacedFleet, type Prepared, placedReplica } from "../../placement/place-fleet.ts";
import { rejoin } from "../../placement/rejoin.ts";
import type { ExplainBudget } from "../explain-budget.ts";
import type { Changed } from "./changed.ts";
import { holds } from "./joins.ts";
import type { Attempt, Refused } from "./remedy.ts";

/** Setting up a search beside a plan takes about as long as so many states for each of its replicas. */
const STATES_PER_REPLICA = 16;

/** States that one search may look at: a few hundred replicas that look for another place. */
const MOST_STATES = 5000;

/** Plans of large fleets in which a model finds room where few others move: a repair, and not the whole fleet anew. */
export class RemedyMoves {
  private readonly budget: ExplainBudget;
  private readonly known = new WeakMap<Attempt, { readonly found: PlacedFleet | undefined }>();

  constructor(budget: ExplainBudget) {
    this.budget = budget;
  }

  find(
    refused: Refused,
    attempt: Attempt,
    { changed, prepare }: { readonly changed: Changed; readonly prepare: () => Prepared },
  ): PlacedFleet | undefined {
    // beside added cards there is room that needs no one to move
    if (this.budget.isSpent || attempt.cards !== undefined) {
      return undefined;
    }
    const answer = this.known.get(attempt) ?? { found: this.move(refused, changed, prepare()) };
    this.known.set(attempt, answer);
    return answer.found;
  }

  private move(
    { placed, model }: Refused,
    changed: Changed,
    prepared: Prepared,
  ): PlacedFleet | undefined {
    const left = new Set(placed.solution.unplaced);
    const wanted = new Set(
      changed.models
        .map(({ name }) => name)
        .filter((name) => name === model.name || !left.has(name)),
    );
    const demands = prepared.problem.demands.filter((demand) => wanted.has(demand.model));
    const kept = placed.replicas.filter((replica) => wanted.has(replica.model.name));
    const { assignments, nodes } = rejoin({
      problem: { ...prepared.problem, demands },
      kept: kept.map(({ assignment }) => assignment),
      nodeLimit: MOST_STATES,
    });
    this.budget.spendStates(nodes + STATES_PER_REPLICA * (kept.length + model.replicas));
    return assignments && movedPlan({ placed, model }, { changed, prepared, assignments });
  }
}

/** Undefined where the checker finds fault with the hosts on which something changed. */
function movedPlan(
  { placed, model }: Pick<Refused, "placed" | "model">,
  at: {
    readonly changed: Changed;
    readonly prepared: Prepared;
    readonly assignments: PlacedFleet["solution"]["assignments"];
  },
): PlacedFleet | undefined {
  const { changed, prepared, assignments } = at;
  const before = new Map(
    placed.replicas.map((replica) => [JSON.stringify(replica.assignment), replica]),
  );
  const positions = new Map(changed.models.map((one, i) => [one.name, i]));
  const replicas = assignments.map((assignment) => {
    const known = before.get(JSON.stringify(assignment));
    const position = positions.get(assignment.model) ?? -1;
    const own = changed.models[position];
    const isSame = known?.model === own;
    const candidate = prepared.enumerations[position]?.candidates.get(assignment.option);
    return {
      isSame,
      replica:
        isSame || candidate === undefined
          ? known
          : placedReplica(candidate, assignment, changed.fleet),
    };
  });
  const all = replicas.flatMap(({ replica }) => replica ?? []);
  const fresh = replicas.flatMap(({ replica, isSame }) => (isSame ? [] : (replica ?? [])));
  const same = replicas.flatMap(({ replica, isSame }) => (isSame ? (replica ?? []) : []));
  if (all.length < assignments.length || !holds(fresh, same, changed)) {
    return undefined;
  }
  const unplaced = placed.solution.unplaced.filter((name) => name !== model.name);
  return {
    ...placed,
    solution: { ...placed.solution, assignments, unplaced },
    replicas: all,
    enumerations: prepared.enumerations,
  };
}
