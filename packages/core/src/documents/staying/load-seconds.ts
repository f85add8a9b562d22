import { loadRate } from "../../catalog/load-rate.ts";
import type { PlanDeployment } from "../plan-document.ts";

/** Seconds that an engine takes to load the weights of all its ranks, at the rate of `data/loading.json`. */
export function loadSeconds({ ranks }: PlanDeployment): number {
  const weights = ranks
    .flatMap((rank) => rank.terms)
    .filter(({ id }) => id === "weights")
    .reduce((sum, term) => sum + term.bytes, 0);
  return weights / loadRate().value;
}
