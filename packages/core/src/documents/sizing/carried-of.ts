import { carriedIn, leastCarried } from "./carried.ts";
import type { Sized } from "./sized.ts";

/** What a model carries in a fleet that was solved, after the worst loss where it is to outlive one. */
export function carriedOf(sized: Sized, name: string): number {
  const own = known.get(sized) ?? new Map<string, number>();
  known.set(sized, own);
  const carried = own.get(name) ?? computed(sized, name);
  own.set(name, carried);
  return carried;
}

/** Fleets are compared with each other again and again. */
const known = new WeakMap<Sized, Map<string, number>>();

function computed({ plan, problem, served }: Sized, name: string): number {
  const own = served.filter(({ deployment }) => deployment.model === name);
  const loss = problem.models.find((model) => model.name === name)?.survives?.loss;
  return leastCarried(carriedIn(plan, own, loss));
}
