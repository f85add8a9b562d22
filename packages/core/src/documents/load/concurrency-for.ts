import type { FleetModel } from "../fleet-file-types.ts";

/** What the fleet file says of a model that is to hold so many sequences, all replicas together. */
export function concurrencyFor(
  { concurrency }: FleetModel,
  want: number,
): NonNullable<FleetModel["concurrency"]> {
  return typeof concurrency === "object" && concurrency.least !== undefined
    ? { least: Math.min(concurrency.least, want), want }
    : want;
}
