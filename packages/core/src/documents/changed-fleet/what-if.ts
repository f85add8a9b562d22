import { gpuById, gpuIds } from "../../catalog/catalog.ts";
import type { Fleet } from "../../hardware/fleet.ts";
import type { ModelSpec } from "../../model/model.ts";
import { InputError } from "../../report/errors.ts";
import type { CapacityDocument } from "../capacity/capacity-document.ts";
import type { CapacityInput } from "../capacity/plan-capacity.ts";
import { fleetOf } from "../fleet.ts";
import type { PlanDocument } from "../plan-document.ts";
import { inputForRates } from "../plan-fleet.ts";
import { type PlanInput, planCards, problemOf } from "../plan-problem.ts";
import { lossOf } from "../planned-replicas.ts";
import type { FleetCosts } from "../workload/workload-types.ts";
import { changeCards } from "./change-cards.ts";
import { type FleetChange, parseChange } from "./fleet-change.ts";
import { fleetState, modelState } from "./fleet-state.ts";
import { idleCards } from "./idle-cards.ts";
import { missingCalibration } from "./missing-calibration.ts";
import { ranked } from "./rank-purchases.ts";
import { runningMismatch } from "./running-mismatch.ts";
import { scaledTraces, withRates } from "./scale-rates.ts";
import { withStandIns } from "./stand-ins.ts";
import { type Tried, weighed } from "./weigh-purchases.ts";
import type { WhatIfDocument } from "./whatif-document.ts";

/** The plan that is, and what is changed about its fleet. */
export interface WhatIfInput extends PlanInput {
  readonly changes: readonly FleetChange[];
  /** Cards to try one by one, as `--add` takes them; "any" stands for what fits into a slot. None where absent. */
  readonly buy?: readonly string[];
  /** The plan that runs; where absent, the best plan of the fleet as it is. */
  readonly from?: PlanDocument;
  /** Traces, and what stands in for workloads: plans are made for it, and a plan that runs is judged by it. */
  readonly asked: Pick<CapacityInput, "traces" | "change" | "costs">;
  /** Told what is planned, and how many plans of how many are done. */
  readonly onPlan?: (what: string, done: number, all: number) => void;
}

/**
 * What becomes of a fleet's plan after changes, and which card to buy first: every fleet is planned anew, and every
 * plan passes the checker. Throws an InputError for input that makes no sense.
 */
export async function whatIf(asked: WhatIfInput): Promise<WhatIfDocument> {
  const input = { ...asked, fleet: withStandIns(asked.fleet, asked.asked.change) };
  const { file, fleet, inventory, changes } = input;
  const cards = fleetOf(file, fleet, inventory);
  const changed = changeCards(cards, changes);
  const { from } = input;
  const mismatch =
    from === undefined
      ? []
      : [...runningMismatch(from, input, cards), ...missingCalibration(from, input)];
  const purchases = purchasesOf(input, changed);
  const all = purchases.length + (input.from === undefined ? 2 : 1);
  const times = timesOf(changes);
  let done = 0;
  const planned = async (what: string, on: Fleet, scale: number): Promise<Planned> => {
    input.onPlan?.(what, done, all);
    done += 1;
    const { plan, alike } = await planOn(input, on, scale);
    return { ...(await answered(plan, input, scale)), alike };
  };
  const before =
    input.from === undefined
      ? await planned("the fleet as it is", cards, 1)
      : await answered(input.from, input, 1);
  const after = await planned("the fleet after the changes", changed, times);
  const tried: Tried[] = [];
  for (const change of purchases) {
    const bought = changeCards(changed, [change]);
    const found = await planned(`with ${change.gpu}`, bought, times);
    const alike = await found.alike(changed);
    tried.push({
      purchase: purchaseOf(input, { change, bought, state: found.state }),
      ...(alike === undefined ? {} : { alike: await answered(alike, input, times) }),
    });
  }
  const weights = weighed(after, tried);
  return {
    schema: "berth/whatif@1",
    changes,
    before: before.state,
    after: after.state,
    models: fleet.models.map(({ name: model }) => ({
      model,
      ...stateIn("before", model, before),
      ...stateIn("after", model, after),
    })),
    ...(input.buy === undefined ? {} : { ...weights, buy: ranked(weights.buy) }),
    warnings: [...mismatch, ...idleCards(cards, changed, after.plan), ...after.plan.warnings],
  };
}

interface Answered {
  readonly plan: PlanDocument;
  readonly capacity: CapacityDocument | undefined;
  readonly state: ReturnType<typeof fleetState>;
}

interface Planned extends Answered, Pick<MadePlan, "alike"> {}

function stateIn(key: "before" | "after", model: string, { plan, capacity }: Answered) {
  const found = modelState(model, plan, capacity);
  return found === undefined ? {} : { [key]: found };
}

function timesOf(changes: readonly FleetChange[]): number {
  return changes.reduce((all, one) => all * (one.kind === "scale-rate" ? one.times : 1), 1);
}

/**
 * The plan that `planFleet` makes on these cards, checked: as many states are searched, and what models are to outlive
 * counts as it does there. Of why a model has no place it says what needs no search.
 */
async function planOn(input: WhatIfInput, cards: Fleet, times: number): Promise<MadePlan> {
  const fleet = withRates(input.fleet, times);
  const sized = await inputForRates({ ...input, fleet }, (own) => problemOf(own, cards));
  const { problem, placed } = sized;
  const plan = sized.dressed(await planCards(problem, sized.input, placed), problem);
  const alike = async (others: Fleet) => {
    if (sized.input.fleet === fleet) {
      return;
    }
    const other = problemOf(sized.input, others);
    return sized.dressed(await planCards(other, sized.input), other);
  };
  return { plan, alike };
}

interface MadePlan {
  readonly plan: PlanDocument;
  /** The plan for the same sizes on other cards; undefined where no rate gives sizes. */
  readonly alike: (others: Fleet) => Promise<PlanDocument | undefined>;
}

/** A plan with what it serves; nothing of that where no model has a workload. */
async function answered(plan: PlanDocument, input: WhatIfInput, times: number): Promise<Answered> {
  const capacity = await capacityOf(plan, input, times);
  const mortal = input.fleet.models.filter((model) => lossOf(input.fleet, model) !== undefined);
  const names = mortal.map(({ name }) => name);
  return { plan, capacity, state: fleetState(plan, capacity, names) };
}

async function capacityOf(
  plan: PlanDocument,
  input: WhatIfInput,
  times: number,
): Promise<CapacityDocument | undefined> {
  const { file, asked } = input;
  const { change, traces } = asked;
  const hasLengths = change?.prompt !== undefined && change.output !== undefined;
  if (!hasLengths && (plan.workloads ?? []).length === 0) {
    return;
  }
  const { planCapacity } = await import("../capacity/plan-capacity.ts");
  const rate = change?.rate === undefined ? {} : { rate: change.rate * times };
  try {
    return planCapacity({
      ...asked,
      file,
      plan: scaledTraces(plan, traces, times),
      models: specsOf(plan, input),
      change: { ...change, ...rate },
    });
  } catch (error) {
    // every model with a workload lost its place
    if (error instanceof InputError && plan.unplaced.length > 0) {
      return;
    }
    throw error;
  }
}

/** Models by the sources of a plan's deployments. */
function specsOf(plan: PlanDocument, input: WhatIfInput): ReadonlyMap<string, ModelSpec> {
  const specs = new Map(problemOf(input).models.map(({ name, spec }) => [name, spec]));
  return new Map(
    plan.deployments.flatMap(({ model, source }) => {
      const spec = specs.get(model);
      return spec === undefined ? [] : [[source, spec] as const];
    }),
  );
}

/** What to try: each card that was named, or all that fit. */
function purchasesOf({ buy = [] }: WhatIfInput, fleet: Fleet) {
  const names = buy.flatMap((text) => (text === "any" ? fitting(fleet) : [text]));
  return [...new Set(names)].map((text) => {
    const refused = (expected: string, got: string) =>
      new InputError({ file: "--buy" }, `expected ${expected}, got ${got}`);
    const change = parseChange("add", text, refused);
    if (change.kind !== "add" || gpuById(change.gpu) === undefined) {
      throw refused("cards of the catalogue, or any", text);
    }
    return change;
  });
}

/**
 * Cards that go into a slot and hold no less than the smallest of the fleet, on which a model of several cards is cut
 * alike; and the fleet's own kinds. Modules that need a board of their own are left out.
 */
function fitting({ gpus }: Fleet): readonly string[] {
  const smallest = Math.min(...gpus.map(({ memory }) => memory));
  const own = new Set(gpus.map(({ catalogId }) => catalogId));
  return gpuIds().filter((id) => {
    const spec = gpuById(id);
    const goesIntoSlot = spec?.nvlink === undefined || spec.nvlink.isBridged;
    return (
      own.has(id) || (spec !== undefined && goesIntoSlot && spec.cudaVisible.value >= smallest)
    );
  });
}

interface Bought {
  readonly change: Extract<FleetChange, { readonly kind: "add" }>;
  readonly bought: Fleet;
  readonly state: Tried["purchase"]["state"];
}

function purchaseOf(
  { fleet, asked }: WhatIfInput,
  { change, bought, state }: Bought,
): Tried["purchase"] {
  const card = bought.gpus.at(-1);
  const price = hourPrice({ ...fleet.costs, ...asked.costs }, change.gpu);
  return {
    gpu: change.count === 1 ? change.gpu : `${change.count}x${change.gpu}`,
    name: card?.name ?? change.gpu,
    host: card?.host ?? "",
    state,
    watts: change.count * (card?.powerW ?? 0),
    ...(price === undefined ? {} : { perHour: change.count * price }),
  };
}

/** Undefined where no price of the card is known. */
function hourPrice({ perGpuHour }: FleetCosts, gpu: string): number | undefined {
  if (typeof perGpuHour !== "object") {
    return perGpuHour;
  }
  return Object.hasOwn(perGpuHour, gpu) ? perGpuHour[gpu] : undefined;
}
