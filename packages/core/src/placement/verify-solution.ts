import type { Assignment, Card, Demand, PlacementProblem, Solution } from "./problem.ts";
import { type HostViolation, hostViolations, type Known } from "./verify-hosts.ts";

/** A rule that a solution breaks, with the numbers. */
export type Violation =
  | HostViolation
  | { readonly code: "unknown-model"; readonly model: string }
  | { readonly code: "unknown-option"; readonly model: string; readonly option: string }
  | { readonly code: "unknown-card"; readonly model: string; readonly card: string }
  | {
      readonly code: "wrong-card-count";
      readonly model: string;
      readonly replica: number;
      readonly has: number;
      readonly needs: number;
    }
  | {
      readonly code: "wrong-class";
      readonly model: string;
      readonly card: string;
      readonly has: string;
      readonly needs: string;
    }
  | { readonly code: "card-twice"; readonly model: string; readonly card: string }
  | {
      readonly code: "several-hosts";
      readonly model: string;
      readonly replica: number;
      readonly hosts: readonly string[];
    }
  | {
      readonly code: "over-capacity";
      readonly card: string;
      readonly needs: number;
      readonly has: number;
    }
  | { readonly code: "exclusive-shared"; readonly card: string; readonly models: readonly string[] }
  | { readonly code: "avoided-shared"; readonly card: string; readonly models: readonly string[] }
  | {
      readonly code: "wrong-replicas";
      readonly model: string;
      readonly has: readonly number[];
      readonly needs: number;
    }
  | { readonly code: "uneven"; readonly model: string; readonly sequences: readonly number[] }
  | {
      readonly code: "below-least" | "above-wanted";
      readonly model: string;
      readonly has: number;
      readonly limit: number;
    }
  | {
      readonly code: "too-many-sequences";
      readonly model: string;
      readonly replica: number;
      readonly has: number;
      readonly most: number;
    }
  | { readonly code: "not-listed" | "listed-but-placed"; readonly model: string };

/**
 * Every rule of the problem that the solution breaks; empty when it is sound. Works from the problem
 * and the assignments alone, and shares nothing with the solvers.
 */
export function verifySolution(problem: PlacementProblem, solution: Solution): Violation[] {
  const parts = solution.assignments.map((assignment) => partOf(problem, assignment));
  const known = parts.filter(isKnown);
  const onCard = partsByCard(known);
  return [
    ...parts.flatMap((part) => ("violation" in part ? [part.violation] : ranksOf(problem, part))),
    ...known.flatMap((part) => hostsOf(problem, part)),
    ...hostViolations(problem, known),
    ...problem.cards.flatMap((card) => cardViolations(card, onCard.get(card.id) ?? [])),
    ...problem.demands.flatMap((demand) => demandViolations(demand, known)),
    ...listViolations(problem, solution),
  ];
}

/** The replicas that use each card: thousands of cards times as many replicas would take minutes. */
function partsByCard(parts: readonly Known[]): ReadonlyMap<string, readonly Known[]> {
  const found = new Map<string, Known[]>();
  for (const part of parts) {
    for (const id of new Set(part.assignment.cards)) {
      const own = found.get(id);
      if (own === undefined) {
        found.set(id, [part]);
      } else {
        own.push(part);
      }
    }
  }
  return found;
}

function isKnown(part: Known | { readonly violation: Violation }): part is Known {
  return !("violation" in part);
}

function partOf(
  problem: PlacementProblem,
  assignment: Assignment,
): Known | { readonly violation: Violation } {
  const demand = problem.demands.find((one) => one.model === assignment.model);
  if (demand === undefined) {
    return { violation: { code: "unknown-model", model: assignment.model } };
  }
  const option = demand.options.find((one) => one.id === assignment.option);
  return option === undefined
    ? {
        violation: {
          code: "unknown-option",
          model: assignment.model,
          option: assignment.option,
        },
      }
    : { assignment, demand, option };
}

/** Whether each rank has a card of its class. */
function ranksOf(problem: PlacementProblem, { assignment, option }: Known): Violation[] {
  const { model, replica, sequences } = assignment;
  const classes = option.stages.flatMap((stage) => Array(stage.ranks).fill(stage.cardClass));
  const violations = assignment.cards.flatMap((id, rank): Violation[] => {
    const card = problem.cards.find((one) => one.id === id);
    const needs = classes[rank] ?? "";
    if (card === undefined) {
      return [{ code: "unknown-card", model, card: id }];
    }
    return card.cardClass === needs || rank >= classes.length
      ? []
      : [{ code: "wrong-class", model, card: id, has: card.cardClass, needs }];
  });
  if (assignment.cards.length !== classes.length) {
    const has = assignment.cards.length;
    violations.push({ code: "wrong-card-count", model, replica, has, needs: classes.length });
  }
  if (sequences > option.mostSequences) {
    const most = option.mostSequences;
    violations.push({ code: "too-many-sequences", model, replica, has: sequences, most });
  }
  return violations;
}

/** Where one of its classes is on several hosts, a replica is on one of them. */
function hostsOf(problem: PlacementProblem, { assignment, option }: Known): Violation[] {
  const { model, replica } = assignment;
  const isSpread = option.stages.some(({ cardClass }) => {
    const first = problem.cards.find((card) => card.cardClass === cardClass)?.host;
    return problem.cards.some((card) => card.cardClass === cardClass && card.host !== first);
  });
  const own = problem.cards.filter((card) => assignment.cards.includes(card.id));
  const hosts = [...new Set(own.map((card) => card.host))];
  return isSpread && hosts.length > 1 ? [{ code: "several-hosts", model, replica, hosts }] : [];
}

interface Rank {
  readonly demand: Demand;
  readonly bytes: number;
}

function cardViolations(card: Card, parts: readonly Known[]): Violation[] {
  const ranks = parts.flatMap((part) => ranksOn(card, part));
  const needs = ranks.reduce((sum, rank) => sum + rank.bytes, 0);
  const demands = [...new Set(ranks.map((rank) => rank.demand))];
  const models = demands.map((demand) => demand.model);
  const violations: Violation[] = demands.flatMap((demand) =>
    ranks.filter((rank) => rank.demand === demand).length > 1
      ? [{ code: "card-twice", model: demand.model, card: card.id }]
      : [],
  );
  if (needs > card.capacity) {
    violations.push({ code: "over-capacity", card: card.id, needs, has: card.capacity });
  }
  if (demands.length > 1 && demands.some((demand) => demand.isExclusive)) {
    violations.push({ code: "exclusive-shared", card: card.id, models });
  }
  if (demands.some((demand) => demand.avoids.some((other) => models.includes(other)))) {
    violations.push({ code: "avoided-shared", card: card.id, models });
  }
  return violations;
}

function ranksOn(card: Card, { assignment, demand, option }: Known): Rank[] {
  const stages = option.stages.flatMap((stage) => Array.from({ length: stage.ranks }, () => stage));
  return assignment.cards.flatMap((id, rank) => {
    const stage = stages[rank];
    return id !== card.id || stage === undefined
      ? []
      : [{ demand, bytes: stage.fixed + stage.perSequence * assignment.sequences }];
  });
}

/** Whether a placed model has its replicas, equally loaded, with no fewer and no more than it asked for. */
function demandViolations(demand: Demand, parts: readonly Known[]): Violation[] {
  const own = parts
    .filter((part) => part.demand === demand)
    .map((part) => part.assignment)
    .sort((a, b) => a.replica - b.replica);
  if (own.length === 0) {
    return [];
  }
  const { model, replicas } = demand;
  const numbers = own.map((assignment) => assignment.replica);
  const sequences = own.map((assignment) => assignment.sequences);
  const has = sequences.reduce((sum, count) => sum + count, 0);
  const violations: Violation[] = [];
  if (numbers.length !== replicas || numbers.some((number, i) => number !== i)) {
    violations.push({ code: "wrong-replicas", model, has: numbers, needs: replicas });
  }
  if (new Set(sequences).size > 1) {
    violations.push({ code: "uneven", model, sequences });
  }
  if (has < Math.max(demand.least, replicas)) {
    const limit = Math.max(demand.least, replicas);
    violations.push({ code: "below-least", model, has, limit });
  }
  // Equal replicas may round up: together they hold less than one sequence a replica too many.
  const enough = Math.max(demand.wanted, demand.least, 1, aloneAfterLoss(demand) * replicas);
  if (has >= enough + replicas) {
    violations.push({ code: "above-wanted", model, has, limit: enough });
  }
  return violations;
}

function listViolations(problem: PlacementProblem, solution: Solution): Violation[] {
  const placed = new Set(solution.assignments.map((assignment) => assignment.model));
  const listed = new Set(solution.unplaced);
  const known = new Set(problem.demands.map((demand) => demand.model));
  const unknown = solution.unplaced.filter((model) => !known.has(model));
  return [
    ...unknown.map((model) => ({ code: "unknown-model" as const, model })),
    ...problem.demands.flatMap(({ model }): Violation[] => {
      if (placed.has(model) === listed.has(model)) {
        return [{ code: placed.has(model) ? "listed-but-placed" : "not-listed", model }];
      }
      return [];
    }),
  ];
}

/** What the only replica that is left after the loss of a host has to hold; 0 where no host is to be lost. */
function aloneAfterLoss({ survives }: Demand): number {
  return survives?.loss === "host" ? survives.least : 0;
}
