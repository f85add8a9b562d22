import { planFleet } from "../../../packages/core/src/documents/plan-fleet.ts";
import { ratedFleet } from "../rated-fleet.ts";

/** A seeded fleet whose replicas follow from rates. */
export interface SizingInstance {
  readonly group: string;
  readonly cards: number;
  readonly models: number;
  readonly seed: number;
}

const SIZES = [
  { cards: 4, models: 2 },
  { cards: 8, models: 3 },
  { cards: 12, models: 4 },
] as const;
const SEEDS = 8;

/** All fleets, the rows of the table in order. */
export function sizings(): readonly SizingInstance[] {
  return SIZES.flatMap(({ cards, models }) =>
    Array.from({ length: SEEDS }, (_, seed) => ({
      group: `${cards} cards x ${models} models, rates`,
      cards,
      models,
      seed,
    })),
  );
}

/** What a plan for rates took, and came to. */
export interface SizingMeasured {
  readonly group: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly models: number;
  /** Models with a place, and of these the ones that carry their rate. */
  readonly placed: number;
  readonly carried: number;
  readonly replicas: number;
  /** Whether the search for sizes came to its limit of work. */
  readonly isCut: boolean;
}

/** Plans the fleet as `berth plan` does, reasons and remedies of models without a place among it. */
export async function measureSizing({
  group,
  cards,
  models,
  seed,
}: SizingInstance): Promise<SizingMeasured> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const plan = await planFleet({ file: "bench", fleet: ratedFleet(seed, cards, models) });
  const used = process.cpuUsage(cpu);
  const unmet = new Set((plan.unmet ?? []).map(({ model }) => model));
  const placed = new Set(plan.deployments.map(({ model }) => model));
  return {
    group,
    seconds: (performance.now() - from) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    models,
    placed: placed.size,
    carried: [...placed].filter((model) => !unmet.has(model)).length,
    replicas: plan.deployments.length,
    isCut: plan.sizingCut !== undefined,
  };
}
