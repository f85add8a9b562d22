import type { Fleet } from "../hardware/fleet.ts";
import { linkWeakness } from "../hardware/link-weakness.ts";
import { hasPeerToPeer } from "../hardware/topology.ts";
import { alignWithLinks } from "./align-links.ts";
import type { Candidate } from "./candidate.ts";
import { type CardClass, cardClasses, cardsOf } from "./card-classes.ts";
import type { Enumeration } from "./enumerate.ts";
import { enumerateOnce } from "./enumerate-once.ts";
import { type PlacementGoal, withGoals } from "./goal.ts";
import { hostLimits } from "./host-limit.ts";
import { hasManyCards } from "./layouts.ts";
import { leastLinksIn } from "./least-links.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { PeersOf } from "./price.ts";
import type { Assignment, Card, PlacementProblem, Solution, SolveOptions } from "./problem.ts";
import { solve, solveWithBound } from "./solve.ts";
import { highsBound, highsPrograms } from "./solvers/highs.ts";
import type { Bounder } from "./solvers/solver.ts";
import { twinsOf } from "./twin-hosts.ts";
import { linksOf, withLinks } from "./with-links.ts";
import type { Work } from "./work.ts";

/** A solved fleet: what was chosen, and everything that it was chosen from. */
export interface PlacedFleet {
  readonly solution: Solution;
  readonly replicas: readonly PlacedReplica[];
  readonly enumerations: readonly Enumeration[];
  /** The fleet's cards as the solver saw them. */
  readonly cards: readonly Card[];
}

/** One replica on its cards, with the candidate that it is an instance of. */
export interface PlacedReplica {
  readonly model: PlannedModel;
  readonly candidate: Candidate;
  readonly assignment: Assignment;
  readonly hasPeerToPeer: boolean;
}

/** Enumerates, solves, and puts groups on cards that are linked where a class leaves the choice; for these goals in turn. */
export function placeFleet(
  models: readonly PlannedModel[],
  fleet: Fleet,
  options: SolveOptions,
  goals: readonly PlacementGoal[] = [],
): PlacedFleet {
  const prepared = prepare(models, fleet);
  const { problem, told } = askedOf(prepared, goals);
  return finish(prepared, told(solve(problem, options)));
}

/** As `placeFleet`, when everything is enumerated. */
export function placePrepared(prepared: Prepared, options: SolveOptions): PlacedFleet {
  return finish(prepared, solve(prepared.problem, options));
}

/**
 * As `placeFleet`, for these goals in turn; where the search stops at its limit, HiGHS bounds how far the
 * answer may be from the best.
 */
export async function placeFleetWithBound(
  models: readonly PlannedModel[],
  fleet: Fleet,
  options: SolveOptions,
  goals: readonly PlacementGoal[] = [],
): Promise<PlacedFleet> {
  return placeWith(highsBound, { models, fleet, options, goals });
}

/** The same without asking how far an answer of a search that stopped may be from the best: for comparing many fleets. */
export async function placeFleetUnbounded(
  models: readonly PlannedModel[],
  fleet: Fleet,
  options: SolveOptions,
  goals: readonly PlacementGoal[] = [],
): Promise<PlacedFleet> {
  return placeWith(() => Promise.resolve(Number.POSITIVE_INFINITY), {
    models,
    fleet,
    options,
    goals,
  });
}

async function placeWith(
  bounder: Bounder,
  {
    models,
    fleet,
    options,
    goals,
  }: {
    readonly models: readonly PlannedModel[];
    readonly fleet: Fleet;
    readonly options: SolveOptions;
    readonly goals: readonly PlacementGoal[];
  },
): Promise<PlacedFleet> {
  const prepared = prepare(models, fleet);
  const { problem, told } = askedOf(prepared, goals);
  return finish(prepared, told(await solveWithBound(problem, options, bounder, highsPrograms)));
}

function askedOf(
  { problem, enumerations, fleet }: Prepared,
  goals: readonly PlacementGoal[],
): ReturnType<typeof withGoals> {
  return withGoals(problem, goals, { enumerations, gpus: fleet.gpus });
}

/** Solves with the candidates that are allowed only. */
export type PlaceAllowed = (
  allows: (model: string, candidate: Candidate) => boolean,
  options: SolveOptions,
) => PlacedFleet;

/** As `placeFleet`, for several answers on the same fleet: everything is enumerated once. */
export function placements(
  models: readonly PlannedModel[],
  fleet: Fleet,
  goals: readonly PlacementGoal[] = [],
): PlaceAllowed {
  const prepared = prepare(models, fleet);
  return (allows, options) => {
    const enumerations = prepared.enumerations.map((enumeration) => allowed(enumeration, allows));
    const demands = enumerations.map(({ demand }) => demand);
    const problem = { ...prepared.problem, demands };
    const own = { ...prepared, enumerations, problem };
    const asked = askedOf(own, goals);
    return finish(own, asked.told(solve(asked.problem, options)));
  };
}

function allowed(
  { demand, candidates, dropped }: Enumeration,
  allows: Parameters<PlaceAllowed>[0],
): Enumeration {
  const left = [...candidates].filter(([, candidate]) => allows(demand.model, candidate));
  const options = left.map(([, { option }]) => option);
  return { demand: { ...demand, options }, candidates: new Map(left), dropped };
}

export interface Prepared {
  readonly models: readonly PlannedModel[];
  readonly fleet: Fleet;
  readonly classes: readonly CardClass[];
  readonly enumerations: readonly Enumeration[];
  readonly problem: PlacementProblem;
}

/**
 * Models with an enumeration in `known` are not enumerated again: its classes must be some of this fleet's. What the
 * others take is counted in `work`, where that is given; only their likeliest layouts are looked at then, and on fleets of many cards.
 */
export function prepare(
  models: readonly PlannedModel[],
  fleet: Fleet,
  known: ReadonlyMap<PlannedModel, Enumeration> = new Map(),
  work?: Work,
): Prepared {
  const classes = cardClasses(fleet, models);
  const twins = twinsOf(classes, fleet.links);
  const peersOf = peersIn(fleet);
  const unlike = classes.filter(({ id }) => twins.get(id) === id);
  const leastLinks = leastLinksIn(linkWeakness(fleet.links));
  const isQuick = work !== undefined || hasManyCards(fleet);
  const place = { classes: unlike, links: fleet.links, peersOf, leastLinks, work, isQuick };
  const enumerations = models.map((model) => known.get(model) ?? enumerateOnce(model, place));
  const demands = enumerations.map(({ demand }) => demand);
  const problem = { cards: cardsOf(classes, twins), demands, ...hostLimits(fleet) };
  return { models, fleet, classes, enumerations, problem };
}

function finish(prepared: Prepared, solution: Solution): PlacedFleet {
  const { classes, fleet, enumerations } = prepared;
  const assignments = alignWithLinks(solution.assignments, {
    classes,
    links: fleet.links,
    tpOf: (assignment) => candidateOf(assignment, prepared).layout.tp,
  });
  const replicas = assignments.map((assignment) => replicaOf(assignment, prepared));
  const isPart = enumerations.some((own) => own.isPart === true);
  const status = isPart ? "feasible" : solution.status;
  const ranks = replicas.map(({ candidate, assignment }) => ({
    tp: candidate.layout.tp,
    cards: assignment.cards,
  }));
  return {
    solution: withLinks({ ...solution, status, assignments }, linksOf(ranks, fleet)),
    replicas,
    enumerations,
    cards: prepared.problem.cards,
  };
}

/** Looks at the links of each set of classes once. */
export function peersIn(fleet: Fleet): PeersOf {
  const known = new Map<string, ReturnType<PeersOf>>();
  return (classes) => {
    const key = [...new Set(classes.map(({ id }) => id))].join();
    const peers = known.get(key) ?? peersAmong(fleet, classes);
    known.set(key, peers);
    return peers;
  };
}

function peersAmong(fleet: Fleet, classes: readonly CardClass[]): ReturnType<PeersOf> {
  const gpus = [...new Set(classes)].flatMap((cardClass) => cardClass.gpus);
  if (hasPeerToPeer(fleet, gpus)) {
    return "all";
  }
  const isSome = gpus.some((a, i) => gpus.slice(i + 1).some((b) => hasPeerToPeer(fleet, [a, b])));
  return isSome ? "some" : "none";
}

function replicaOf(assignment: Assignment, prepared: Prepared): PlacedReplica {
  return placedReplica(candidateOf(assignment, prepared), assignment, prepared.fleet);
}

export function placedReplica(
  candidate: Candidate,
  assignment: Assignment,
  fleet: Fleet,
): PlacedReplica {
  const gpus = fleet.gpus.filter((gpu) => assignment.cards.includes(gpu.id));
  return {
    model: candidate.model,
    candidate,
    assignment,
    hasPeerToPeer: hasPeerToPeer(fleet, gpus),
  };
}

function candidateOf(assignment: Assignment, { models, enumerations }: Prepared): Candidate {
  const index = models.findIndex(({ name }) => name === assignment.model);
  const candidate = enumerations[index]?.candidates.get(assignment.option);
  if (candidate === undefined) {
    throw new Error(
      `the solver chose ${assignment.option} for ${assignment.model}, which was not offered`,
    );
  }
  return candidate;
}
