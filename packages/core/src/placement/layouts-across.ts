import type { CardClass } from "./card-classes.ts";
import type { Layout } from "./layout.ts";
import { otherEnds } from "./other-ends.ts";

/** Ways over several hosts that are looked at for one size; the sets of hosts in order are enough. */
const MOST_ACROSS = 200;

/**
 * Layouts over two hosts and more: as many pipeline stages on each, each tensor parallel group on cards of one class.
 * Stages go over the hosts in their order, so that each host has its neighbours in the pipeline; any of them may be the
 * first and the last, which hold the embedding and the head.
 */
export function layoutsAcross(
  { tp, pp }: { readonly tp: number; readonly pp: number },
  classes: readonly CardClass[],
): { readonly layouts: readonly Layout[]; readonly isAll: boolean } {
  const hosts = [...new Set(classes.map(({ host }) => host))];
  const counts = hosts.map((_, i) => i + 1).filter((count) => count > 1 && pp % count === 0);
  const inOrder = counts.flatMap((count) => {
    const able = hosts
      .map((host) =>
        classes.filter((own) => own.host === host && own.gpus.length >= (tp * pp) / count),
      )
      .filter(({ length }) => length > 0);
    return picks(able, count);
  });
  const turned = inOrder.flatMap((picked) => otherEnds(picked, MOST_ACROSS, isLike));
  const all = [...inOrder, ...turned];
  const layouts = all.slice(0, MOST_ACROSS).map((picked): Layout => {
    const stages = picked.flatMap((cardClass) =>
      Array.from({ length: pp / picked.length }, () => [{ cardClass, ranks: tp }]),
    );
    return { tp, pp, stages };
  });
  return { layouts, isAll: all.length < MOST_ACROSS };
}

/** Cards of equal hosts are equally good ends. */
function isLike(a: CardClass, b: CardClass | undefined): boolean {
  return a.capacity === b?.capacity && a.gpus[0]?.catalogId === b.gpus[0]?.catalogId;
}

/** One class of each of `count` hosts, in the order of the hosts; never more than are looked at. */
function picks(
  hosts: readonly (readonly CardClass[])[],
  count: number,
): readonly (readonly CardClass[])[] {
  if (count === 0) {
    return [[]];
  }
  const found: (readonly CardClass[])[] = [];
  for (const [i, classes] of hosts.entries()) {
    if (found.length >= MOST_ACROSS || hosts.length - i < count) {
      break;
    }
    const rest = picks(hosts.slice(i + 1), count - 1);
    found.push(...classes.flatMap((first) => rest.map((others) => [first, ...others])));
  }
  return found;
}
