import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { Endpoint } from "../endpoint.ts";

/** The largest weight: HAProxy takes up to 256, and whole hundredths are exact enough. */
const LARGEST_WEIGHT = 100;

/**
 * Weights of one model's servers, from 1 to 100, in proportion to what the plan says that each can serve: the
 * tokens that its KV cache holds, which is how much it has room for at once. Exact where the ratio is one of
 * whole numbers up to 100, such as 3 to 1; else the largest is 100 and the others are rounded.
 */
export function serverWeights(endpoints: readonly Endpoint[]): readonly number[] {
  const tokens = endpoints.map(({ deployments }) => kvTokens(deployments));
  const divisor = tokens.reduce(greatestCommonDivisor, 0);
  const most = Math.max(...tokens);
  if (most === 0) {
    return tokens.map(() => 1);
  }
  const scale = most / divisor <= LARGEST_WEIGHT ? 1 / divisor : LARGEST_WEIGHT / most;
  return tokens.map((count) => Math.max(1, Math.round(count * scale)));
}

function kvTokens(deployments: readonly PlanDeployment[]): number {
  return deployments.reduce((sum, { kv }) => sum + kv.tokens, 0);
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
