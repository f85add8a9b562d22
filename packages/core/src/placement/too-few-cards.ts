import type { Reason } from "../report/reason.ts";
import type { CardClass } from "./card-classes.ts";
import type { PlannedModel } from "./planned-model.ts";

/** What speaks against a size on cards of one compute capability. */
export type Laws = (computeCapability: string) => readonly Reason[];

/**
 * Why no host has the cards for a size: a rule that is broken on all of these cards, which more of them would not mend,
 * or else how many there are.
 */
export function tooFewCards(
  sizes: { readonly tp: number; readonly pp: number },
  open: readonly CardClass[],
  {
    laws,
    model,
  }: { readonly laws: Laws; readonly model: Pick<PlannedModel, "mayMixCards" | "maySpanHosts"> },
): readonly Reason[] {
  const broken = [...new Set(open.map(({ computeCapability }) => computeCapability))].map(laws);
  if (broken.every((reasons) => reasons.length > 0)) {
    return broken.flat();
  }
  const kinds = countsByHost(open, model.mayMixCards);
  const isAlike = !model.mayMixCards && sizes.tp > 1;
  const groups = kinds.map((counts) => sumOf(counts.map((count) => Math.floor(count / sizes.tp))));
  const cards = kinds.map((counts) => (isAlike ? Math.max(...counts) : sumOf(counts)));
  const stages = isAlike ? sizes.pp : 1;
  return [
    {
      code: "too-few-cards",
      ranks: stages === 1 ? sizes.tp * sizes.pp : sizes.tp,
      stages,
      isAlike,
      most: Math.max(...(stages === 1 ? cards : groups)),
      ...(model.maySpanHosts === true && sizes.pp > 1 ? { maySpan: true } : {}),
    },
  ];
}

/** Cards of each kind on each host; of all kinds together where they may be mixed. */
function countsByHost(open: readonly CardClass[], mayMix: boolean): readonly (readonly number[])[] {
  const hosts = new Map<string, Map<string, number>>();
  for (const { host, gpus } of open) {
    const kinds = hosts.get(host) ?? new Map<string, number>();
    hosts.set(host, kinds);
    const kind = mayMix ? "" : (gpus[0]?.catalogId ?? "");
    kinds.set(kind, (kinds.get(kind) ?? 0) + gpus.length);
  }
  return [...hosts.values()].map((kinds) => [...kinds.values()]);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
