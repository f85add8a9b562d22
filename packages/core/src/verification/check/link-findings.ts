import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { InventoryLink } from "../../inventory/inventory-document.ts";
import { nameOf } from "../engine-name.ts";
import type { MatchedCards } from "../match-cards.ts";
import type { CheckFinding } from "./check-document.ts";

/** Whether the cards of an engine still read each other's memory, or do so now. */
export function linkFindings(
  deployment: PlanDeployment,
  { cards }: MatchedCards,
): { readonly problems: readonly CheckFinding[]; readonly notes: readonly CheckFinding[] } {
  const engine = nameOf(deployment);
  const gpus = [...new Set(deployment.gpus)];
  const pairs = gpus.flatMap((a, i) =>
    gpus.slice(i + 1).map((b) => ({ a, b, link: linkOf(a, b) })),
  );
  if (pairs.length === 0) {
    return { problems: [], notes: [] };
  }
  const lost = pairs.filter(({ link }) => link?.peerToPeer === false);
  const isKnown = pairs.every(({ link }) => link !== undefined);
  if (deployment.hasPeerToPeer) {
    return {
      problems: lost.map(({ a, b }) => ({ code: "peer-to-peer-lost", engine, gpus: [a, b] })),
      notes: isKnown ? [] : [{ code: "links-unknown", engine }],
    };
  }
  return {
    problems: [],
    notes: isKnown && lost.length === 0 ? [{ code: "peer-to-peer-gained", engine, gpus }] : [],
  };

  function linkOf(a: string, b: string): InventoryLink | undefined {
    const [first, second] = [cards.get(a), cards.get(b)];
    const [from, to] = [first?.gpu.index, second?.gpu.index];
    return first?.host === second?.host
      ? first?.host.links.find(
          (link) => (link.a === from && link.b === to) || (link.a === to && link.b === from),
        )
      : undefined;
  }
}
