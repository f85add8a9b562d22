import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { Endpoint } from "../endpoint.ts";

/** The largest weight: HAProxy takes up to 256, and whole hundredths are exact enough. */
const LARGEST_WEIGHT = 100;

/**
 * Weights of one model's servers, from 1 to 100, in proportion to what the plan says that each can serve: requests a
 * second where the model has a workload, else the tokens that its KV cache holds, which is how much it has room for at
 * once. Exact where the ratio is one of whole numbers up to 100, such as 3 to 1; else the largest is 100 and the
 * others are rounded.
 */
export function serverWeights(endpoints: readonly Endpoint[]): readonly number[] {
  const rates = endpoints.map(({ deployments }) => servedRate(deployments));
  const known = rates.filter((rate) => rate !== undefined);
  const most = Math.max(...known);
  return known.length === rates.length && most > 0
    ? wholeWeights(known.map((rate) => Math.round((rate / most) * LARGEST_WEIGHT)))
    : wholeWeights(endpoints.map(({ deployments }) => kvTokens(deployments)));
}

function wholeWeights(amounts: readonly number[]): readonly number[] {
  const divisor = amounts.reduce(greatestCommonDivisor, 0);
  const most = Math.max(...amounts);
  if (most === 0) {
    return amounts.map(() => 1);
  }
  const scale = most / divisor <= LARGEST_WEIGHT ? 1 / divisor : LARGEST_WEIGHT / most;
  return amounts.map((amount) => Math.max(1, Math.round(amount * scale)));
}

/** Requests a second at the most; undefined where the plan does not say. */
export function servedRate(deployments: readonly PlanDeployment[]): number | undefined {
  return deployments.every(({ serves }) => serves !== undefined)
    ? deployments.reduce((sum, { serves }) => sum + (serves?.mostRequestsPerSecond ?? 0), 0)
    : undefined;
}

function kvTokens(deployments: readonly PlanDeployment[]): number {
  return deployments.reduce((sum, { kv }) => sum + kv.tokens, 0);
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
