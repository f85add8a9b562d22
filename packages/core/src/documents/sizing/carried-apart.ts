import type { PlanServes } from "./plan-sizing.ts";

/**
 * Requests a second that replicas carry together if each is to keep all targets by itself; unlike replicas may carry more, since
 * targets are over all requests. A router sends each its part of what they serve at the most, so that the slowest within its
 * targets binds.
 */
export function carriedApart(serves: readonly PlanServes[]): number {
  const most = serves.reduce((sum, one) => sum + one.mostRequestsPerSecond, 0);
  const parts = serves.map((one) =>
    one.mostRequestsPerSecond > 0 ? one.withinTargetsPerSecond / one.mostRequestsPerSecond : 1,
  );
  return parts.length === 0 ? 0 : most * Math.min(...parts);
}
