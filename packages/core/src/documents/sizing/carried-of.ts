import { carriedIn, leastCarried } from "./carried.ts";
import type { Sized } from "./sized.ts";

/** What a model carries in a fleet that was solved, after the worst loss where it is to outlive one. */
export function carriedOf({ plan, problem, served }: Sized, name: string): number {
  const own = served.flatMap(({ deployment }) => (deployment.model === name ? [deployment] : []));
  const loss = problem.models.find((model) => model.name === name)?.survives?.loss;
  return leastCarried(carriedIn(plan, own, loss));
}
