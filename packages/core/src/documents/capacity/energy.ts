import type { FleetCosts } from "../workload/workload-types.ts";
import { specOf } from "./deployment-speed.ts";
import type { EnergyCost } from "./energy-cost.ts";
import type { CapacityInput } from "./plan-capacity.ts";

export interface EnergyUse {
  /** Ids of cards, one for each engine on them that is counted. */
  readonly cards: readonly string[];
  readonly tokensPerSecond: number;
}

/**
 * What cards draw and cost for tokens that they read or write: their power limits and hours, shared out equally among
 * the engines on each. Prices of the input go before those of the plan.
 */
export function energyOf(input: CapacityInput, { cards, tokensPerSecond }: EnergyUse): EnergyCost {
  const prices: FleetCosts = { ...input.plan.costs, ...input.costs };
  const parts = cards.map((id) => ({ id, part: 1 / enginesOn(input, id) }));
  const watts = parts.reduce((sum, { id, part }) => sum + part * powerOf(input, id), 0);
  const perHour = parts.reduce((sum, { id, part }) => sum + part * hourPrice(input, prices, id), 0);
  const tokensPerHour = tokensPerSecond * SECONDS_OF_HOUR;
  if (tokensPerHour <= 0) {
    return { watts };
  }
  const kwh = (watts / THOUSAND / tokensPerHour) * MILLION;
  const hasPrices = prices.perKwh !== undefined || prices.perGpuHour !== undefined;
  return {
    watts,
    kwhPerMillionTokens: kwh,
    ...(hasPrices
      ? { costPerMillionTokens: kwh * (prices.perKwh ?? 0) + (perHour / tokensPerHour) * MILLION }
      : {}),
  };
}

const SECONDS_OF_HOUR = 3600;
const THOUSAND = 1000;
const MILLION = 1e6;

function enginesOn({ plan }: CapacityInput, id: string): number {
  return plan.deployments.filter(({ gpus }) => gpus.includes(id)).length;
}

/** Its limit where the plan's host says, else its maker's board power. */
function powerOf({ file, plan }: CapacityInput, id: string): number {
  const card = plan.gpus.find((gpu) => gpu.id === id);
  const host = plan.hosts.find(({ name }) => name === card?.host);
  const limit = host?.power?.limitsW[id];
  return limit ?? (card === undefined ? 0 : specOf(file, card).boardPowerW.value);
}

function hourPrice({ plan }: CapacityInput, { perGpuHour }: FleetCosts, id: string): number {
  if (typeof perGpuHour !== "object") {
    return perGpuHour ?? 0;
  }
  const catalogId = plan.gpus.find((gpu) => gpu.id === id)?.catalogId ?? "";
  return Object.hasOwn(perGpuHour, catalogId) ? (perGpuHour[catalogId] ?? 0) : 0;
}
