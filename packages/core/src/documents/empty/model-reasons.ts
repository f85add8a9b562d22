import type { FleetGpu } from "../../hardware/fleet.ts";
import { mayUse } from "../../placement/card-classes.ts";
import { formatGib } from "../../units/format.ts";
import type { EmptyReason } from "./empty-card.ts";
import type { EmptyFacts, ModelFacts } from "./empty-facts.ts";

interface Card {
  readonly gpu: FleetGpu;
  /** Bytes that planned engines may hold. */
  readonly usable: number;
}

/** What keeps models from the card: what their parts of the fleet file say, what they need, or what they are better without. */
export function closedReasons(card: Card, { models }: EmptyFacts): readonly EmptyReason[] {
  return models.flatMap((model) => closedReason(card, model) ?? []);
}

function closedReason({ gpu, usable }: Card, model: ModelFacts): EmptyReason | undefined {
  const { name, gpus, labels, spared } = model.planned;
  const lacking = (labels ?? []).filter((label) => gpu.labels?.includes(label) !== true);
  if (spared?.includes(gpu.id) === true) {
    return {
      code: "slow",
      text: `more of the rates is carried where ${name} leaves it and cards like it empty`,
    };
  }
  if (gpus !== undefined && !mayUse({ gpus }, gpu)) {
    return { code: "gpus", text: `${name} is for other cards, as its gpus say` };
  }
  if (lacking.length > 0) {
    return { code: "labels", text: `${name} asks for the label ${lacking.join(", ")}` };
  }
  return isTooSmall(usable, model)
    ? {
        code: "too-small",
        text: `too small for ${name}, of which a card holds ${formatGib(model.leastBytes ?? 0)} at least: ${formatGib(usable)} are usable`,
      }
    : undefined;
}

function isTooSmall(usable: number, { leastBytes }: ModelFacts): boolean {
  return leastBytes !== undefined && leastBytes > usable;
}

/** Why those that might be on the card are not. */
export function openReasons(card: Card, facts: EmptyFacts): readonly EmptyReason[] {
  const open = facts.models.filter((model) => closedReason(card, model) === undefined);
  const placed = open.filter(({ isPlaced }) => isPlaced);
  const carried = placed.filter(({ carries }) => carries === true);
  const short = placed.filter(({ carries, isSized }) => carries === false && isSized);
  const others = placed.filter((model) => !(carried.includes(model) || short.includes(model)));
  const isEveryRate = facts.models.every(({ carries }) => carries !== false);
  return [
    ...told(
      "unplaced",
      unplaced(open),
      (names) => `no place was found for ${names} with it either`,
    ),
    ...told("rates-carried", carried, (names) =>
      isEveryRate
        ? "every rate is carried without it"
        : `the rate of ${names} is carried without it`,
    ),
    ...told(
      "rates-tried",
      short,
      (names) => `nothing that was tried carries more of the rate of ${names} with it`,
    ),
    ...told(
      "replicas-placed",
      others,
      (names) => `all replicas of ${names} have their places on other cards`,
    ),
    ...(placed.length > 0 ? fewestReasons(facts) : []),
  ];
}

function unplaced(models: readonly ModelFacts[]): readonly ModelFacts[] {
  return models.filter(({ isPlaced }) => !isPlaced);
}

function told(
  code: EmptyReason["code"],
  models: readonly ModelFacts[],
  text: (names: string) => string,
): readonly EmptyReason[] {
  const names = models.map(({ planned }) => planned.name).join(", ");
  return models.length === 0 ? [] : [{ code, text: text(names) }];
}

/** What the objective asks for once everybody holds what is wanted. */
function fewestReasons({ isAllHeld, stages }: EmptyFacts): readonly EmptyReason[] {
  if (!isAllHeld) {
    return [];
  }
  if (stages.has("cost")) {
    return [{ code: "least-cost", text: "the plan is to cost little" }];
  }
  return stages.has("cards")
    ? [{ code: "fewest-cards", text: "the plan is to take few cards" }]
    : [];
}
