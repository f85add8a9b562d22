import type { Fleet } from "../hardware/fleet.ts";
import { hasPeerToPeer } from "../hardware/topology.ts";
import { alignWithLinks } from "./align-links.ts";
import { type CardClass, cardClasses, cardsOf } from "./card-classes.ts";
import { type Candidate, type Enumeration, enumerate } from "./enumerate.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { PeersOf } from "./price.ts";
import type { Assignment, Solution } from "./problem.ts";
import { solve } from "./solve.ts";

/** A solved fleet: what was chosen, and everything that it was chosen from. */
export interface PlacedFleet {
  readonly solution: Solution;
  readonly replicas: readonly PlacedReplica[];
  readonly enumerations: readonly Enumeration[];
}

/** One replica on its cards, with the candidate that it is an instance of. */
export interface PlacedReplica {
  readonly model: PlannedModel;
  readonly candidate: Candidate;
  readonly assignment: Assignment;
  readonly hasPeerToPeer: boolean;
}

/** Enumerates, solves, and puts groups on cards that are linked where a class leaves the choice. */
export function placeFleet(
  models: readonly PlannedModel[],
  fleet: Fleet,
  options: { readonly nodeLimit: number },
): PlacedFleet {
  const classes = cardClasses(fleet, models);
  const peersOf = peersIn(fleet);
  const enumerations = models.map((model) => enumerate(model, classes, peersOf));
  const solution = solve(
    { cards: cardsOf(classes), demands: enumerations.map(({ demand }) => demand) },
    options,
  );
  const assignments = alignWithLinks(solution.assignments, { classes, links: fleet.links });
  return {
    solution: { ...solution, assignments },
    replicas: assignments.map((assignment) =>
      replicaOf(assignment, { models, enumerations, fleet }),
    ),
    enumerations,
  };
}

function peersIn(fleet: Fleet): PeersOf {
  return (classes) => {
    const gpus = [...new Set(classes)].flatMap((cardClass: CardClass) => cardClass.gpus);
    if (hasPeerToPeer(fleet, gpus)) {
      return "all";
    }
    return gpus.some((a, i) => gpus.slice(i + 1).some((b) => hasPeerToPeer(fleet, [a, b])))
      ? "some"
      : "none";
  };
}

interface Choice {
  readonly models: readonly PlannedModel[];
  readonly enumerations: readonly Enumeration[];
  readonly fleet: Fleet;
}

function replicaOf(assignment: Assignment, { models, enumerations, fleet }: Choice): PlacedReplica {
  const index = models.findIndex(({ name }) => name === assignment.model);
  const model = models[index];
  const candidate = enumerations[index]?.candidates.get(assignment.option);
  if (model === undefined || candidate === undefined) {
    throw new Error(
      `the solver chose ${assignment.option} for ${assignment.model}, which was not offered`,
    );
  }
  const gpus = fleet.gpus.filter((gpu) => assignment.cards.includes(gpu.id));
  return { model, candidate, assignment, hasPeerToPeer: hasPeerToPeer(fleet, gpus) };
}
