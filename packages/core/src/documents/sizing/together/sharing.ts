import { groupsOf } from "../mixes.ts";
import type { Enumerated, ModelMixes } from "../model-mixes.ts";
import type { ReplicaWay } from "../replica-ways.ts";
import type { SharedCard, SharingModel } from "./shared-cards.ts";

/**
 * What is asked of a model whose cards may be shared with others, its ways in an order that no list decides: the smallest
 * weights first. Undefined where the file says what its replicas hold.
 */
export function sharingModel(
  sized: Enumerated,
  ways: ModelMixes,
  { name, rate }: Pick<SharingModel, "name" | "rate">,
): SharingModel | undefined {
  const ask = ways.askOf(sized, name, rate);
  const model = sized.problem.models.find((one) => one.name === name);
  if (ask === undefined || model === undefined || ask.wanted !== undefined) {
    return undefined;
  }
  return {
    name,
    rate,
    groups: groupsOf(ways.waysOf(sized, name)).toSorted(
      (a, b) => heldBy(a) - heldBy(b) || compareTexts(a[0]?.group, b[0]?.group),
    ),
    leastReplicas: ask.leastReplicas,
    mostReplicas: ask.mostReplicas,
    loss: model.survives?.loss,
    isExclusive: model.isExclusive,
    avoids: model.notWith,
    isSpread: model.isSpread === true,
  };
}

/** What a replica holds whatever it serves. */
function heldBy([way]: readonly ReplicaWay[]): number {
  return (way?.stages ?? []).reduce((sum, { fixed, ranks }) => sum + fixed * ranks, 0);
}

/** By their code units, which no language of the machine changes. */
export function compareTexts(a = "", b = ""): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** The cards without anything on them, with what they cost; each 1 where money does not count. */
export function emptyCards(
  { placed, problem }: Enumerated,
  ways: ModelMixes,
): readonly SharedCard[] {
  const price = ways.priceOf();
  const gpus = new Map(problem.fleet.gpus.map((gpu) => [gpu.id, gpu]));
  return placed.cards.flatMap(({ id, host, cardClass, capacity }) => {
    const gpu = gpus.get(id);
    return gpu === undefined
      ? []
      : [{ id, host, cardClass, free: capacity, price: price?.(gpu) ?? 1, tenants: [] }];
  });
}
