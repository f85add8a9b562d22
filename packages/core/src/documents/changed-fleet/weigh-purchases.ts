import type { PlanDocument } from "../plan-document.ts";
import { broughtBy, isBetter } from "./rank-purchases.ts";
import type { FleetState, Purchase, WhatIfDocument, WithoutBuying } from "./whatif-document.ts";

/** A plan, and what it comes to. */
interface Weighed {
  readonly plan: PlanDocument;
  readonly state: FleetState;
}

/** A card that was tried, and the plan for the same sizes of models without it, where rates give sizes. */
export interface Tried {
  readonly purchase: Omit<Purchase, "brings">;
  readonly alike?: Weighed;
}

/**
 * What each card brings beyond the best plan that is known without any of them. Sizes are searched anew for each card,
 * so that one may find sizes that the cards which are there carry too: that gain is not the card's.
 */
export function weighed(
  after: Weighed,
  tried: readonly Tried[],
): Pick<Required<WhatIfDocument>, "buy"> & Pick<WhatIfDocument, "withoutBuying"> {
  const best = tried
    .flatMap(({ alike }) => alike ?? [])
    .reduce((most, one) => (isBetter(one.state, most.state) ? one : most), after);
  const buy = tried.map(({ purchase }) => ({
    ...purchase,
    brings: broughtBy(best.state, purchase.state),
  }));
  return best === after ? { buy } : { buy, withoutBuying: withoutBuying(after.plan, best) };
}

function withoutBuying(after: PlanDocument, { plan, state }: Weighed): WithoutBuying {
  const names = [...new Set(plan.deployments.map(({ model }) => model))];
  const sizes = names.flatMap((model) => {
    const [then, now] = [sizeOf(after, model), sizeOf(plan, model)];
    return then.replicas === now.replicas && then.sequences === now.sequences ? [] : [now];
  });
  return { state, sizes };
}

function sizeOf({ deployments }: PlanDocument, model: string): WithoutBuying["sizes"][number] {
  const own = deployments.filter((one) => one.model === model);
  const sequences = own.reduce((sum, { concurrentSequences }) => sum + concurrentSequences, 0);
  return { model, replicas: own.length, sequences };
}
