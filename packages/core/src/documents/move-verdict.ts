import { formatGib } from "../units/format.ts";
import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank } from "./plan-document.ts";
import { rankBytes } from "./plan-gpus.ts";

/** A rank of a plan, and the card that it might move to. */
export interface Move {
  readonly model: string;
  readonly replica: number;
  readonly rank: number;
  readonly to: string;
}

/**
 * What would come of a move, before anything is solved again. "fits": as it is planned, beside what is there.
 * "smaller": with a KV cache of one sequence or more. "room": when others make room. "no": never.
 */
export interface MoveVerdict {
  readonly fits: "here" | "fits" | "smaller" | "room" | "no";
  /** One sentence, with its numbers. */
  readonly text: string;
}

/**
 * Says at once whether a rank could be on another card, from the plan's own numbers; the solver has the last
 * word. Undefined where the plan has no such rank or card.
 */
export function moveVerdict(plan: PlanDocument, move: Move): MoveVerdict | undefined {
  const deployment = plan.deployments.find(
    ({ model, replica }) => model === move.model && replica === move.replica,
  );
  const rank = deployment?.ranks.find((each) => each.rank === move.rank);
  const card = plan.gpus.find(({ id }) => id === move.to);
  if (deployment === undefined || rank === undefined || card === undefined) {
    return undefined;
  }
  return ruleAgainst(plan, { deployment, rank, card }) ?? roomFor(rank, card);
}

interface Placed {
  readonly deployment: PlanDeployment;
  readonly rank: PlanRank;
  readonly card: PlanGpu;
}

function ruleAgainst(
  plan: PlanDocument,
  { deployment, rank, card }: Placed,
): MoveVerdict | undefined {
  if (rank.gpu === card.id) {
    return { fits: "here", text: "It is here." };
  }
  if (deployment.gpus.includes(card.id)) {
    return no(`Another rank of ${deployment.model} is on ${card.id}.`);
  }
  const others = plan.deployments.filter(({ gpus }) => gpus.includes(card.id));
  const apart = others.find((other) => areApart(deployment, other));
  if (apart !== undefined) {
    return no(`${deployment.model} and ${apart.model} may not share a card.`);
  }
  const mixed = mixedWith(plan, { deployment, rank, card });
  if (mixed !== undefined) {
    return no(
      `Its tensor parallel group would mix ${mixed.name} and ${card.name}; the policy mixedTensorParallel allows that.`,
    );
  }
  const lacking = deployment.labels?.find((label) => card.labels?.includes(label) !== true);
  return lacking === undefined ? undefined : no(`${card.id} has no label ${lacking}.`);
}

function areApart(a: PlanDeployment, b: PlanDeployment): boolean {
  return (
    a.isExclusive || b.isExclusive || a.notWith.includes(b.model) || b.notWith.includes(a.model)
  );
}

/** A card of the rank's tensor parallel group that is of another kind. */
function mixedWith(
  { gpus }: PlanDocument,
  { deployment, rank, card }: Placed,
): PlanGpu | undefined {
  const { tp, ranks, mayMixCards } = deployment;
  const stage = Math.floor(rank.rank / tp);
  const group = ranks.filter(
    (other) => other.rank !== rank.rank && Math.floor(other.rank / tp) === stage,
  );
  return mayMixCards
    ? undefined
    : gpus.find(
        ({ id, catalogId }) => catalogId !== card.catalogId && group.some(({ gpu }) => gpu === id),
      );
}

/** By how its bytes go into what is free, and into what could be. */
function roomFor(rank: PlanRank, card: PlanGpu): MoveVerdict {
  const need = rankBytes(rank);
  const least = need - rank.kv.budgetBytes + rank.kv.bytesPerSequence;
  const most = card.memoryBytes - card.usedByOthersBytes - card.reserveBytes;
  const free = formatGib(card.freeBytes);
  if (need <= card.freeBytes) {
    const left = formatGib(card.freeBytes - need);
    return { fits: "fits", text: `It fits as it is: ${left} stay free.` };
  }
  if (least <= card.freeBytes) {
    return {
      fits: "smaller",
      text: `It fits with fewer sequences: it takes ${formatGib(need)}, at least ${formatGib(least)}; ${free} are free.`,
    };
  }
  if (least <= most) {
    return {
      fits: "room",
      text: `Others must make room: it takes at least ${formatGib(least)}, and ${free} are free.`,
    };
  }
  return no(
    `It takes at least ${formatGib(least)}; ${card.id} has ${formatGib(most)} for engines.`,
  );
}

function no(text: string): MoveVerdict {
  return { fits: "no", text };
}
