import type { FleetGpu } from "../../hardware/fleet.ts";
import type { PlacedFleet } from "../../placement/place-fleet.ts";
import { formatGib } from "../../units/format.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";
import type { EmptyCard, EmptyReason } from "./empty-card.ts";
import { type EmptyFacts, emptyFacts } from "./empty-facts.ts";
import { closedReasons, openReasons } from "./model-reasons.ts";

/** The plan with the cards that no replica is on and why, as far as what was solved says; as it is where all are in use. */
export function withEmptyCards(
  plan: PlanDocument,
  problem: FleetProblem,
  placed: PlacedFleet,
): PlanDocument {
  const used = new Set(plan.deployments.flatMap(({ gpus }) => gpus));
  const empty = problem.fleet.gpus.filter(({ id }) => !used.has(id));
  if (empty.length === 0) {
    return plan;
  }
  const facts = emptyFacts(plan, problem, placed);
  const classes = new Map(placed.cards.map(({ id, cardClass }) => [id, cardClass]));
  const known = new Map<string, readonly EmptyReason[]>();
  const emptyCards = empty.map((gpu): EmptyCard => {
    const power = powerReasons(gpu, plan);
    // cards of one class differ in nothing that a model may look at
    const key = JSON.stringify([classes.get(gpu.id), usableOf(gpu), gpu.labels]);
    const reasons = power.length > 0 ? power : (known.get(key) ?? reasonsFor(gpu, facts));
    if (power.length === 0) {
      known.set(key, reasons);
    }
    return { gpu: gpu.id, reasons };
  });
  return { ...plan, emptyCards };
}

function reasonsFor(gpu: FleetGpu, facts: EmptyFacts): readonly EmptyReason[] {
  const usable = usableOf(gpu);
  if (usable <= 0) {
    const { memory, usedByOthers, reserve } = gpu;
    const text = `nothing of its ${formatGib(memory)} is left beside ${formatGib(usedByOthers)} that others hold and ${formatGib(reserve)} that are kept free`;
    return [{ code: "no-room", text }];
  }
  const card = { gpu, usable };
  return [...closedReasons(card, facts), ...openReasons(card, facts)];
}

function usableOf({ memory, usedByOthers, reserve }: FleetGpu): number {
  return memory - usedByOthers - reserve;
}

/** Whether its host's budget has too little left for it. */
function powerReasons(gpu: FleetGpu, { hosts }: PlanDocument): readonly EmptyReason[] {
  const power = hosts.find(({ name }) => name === gpu.host)?.power;
  const needs = power?.limitsW[gpu.id] ?? 0;
  const left = (power?.budgetW ?? 0) - (power?.plannedW ?? 0);
  return power === undefined || needs <= left
    ? []
    : [
        {
          code: "power",
          text: `its ${needs} W are more than the ${left} W that are left of the ${power.budgetW} W of its host`,
        },
      ];
}
