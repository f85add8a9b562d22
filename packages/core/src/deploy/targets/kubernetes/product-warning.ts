import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { type CardAccess, users } from "../../kube/card-access.ts";
import { markdownText } from "../../text/markdown.ts";

/**
 * What a claim by product leaves open, for the README: which of an engine's cards is its first. Empty where cards
 * are named, or where it makes no difference.
 */
export function productWarning(plan: PlanDocument, access: CardAccess): string {
  const isOpen = access.by === "dra" && access.select === "product";
  const open = isOpen ? plan.deployments.filter((each) => needsOrder(plan, each)) : [];
  const names = [...new Set(open.map(({ model }) => markdownText(model)))];
  return names.length === 0
    ? ""
    : [
        "## Cards by product have no order",
        `Claims by product take any cards of that product, and nothing says which of them becomes an engine's first. It matters for ${names.join(", ")}: their ranks take different memory, or meet other engines on some of their cards only, so that one may find less free than planned. An inventory with UUIDs (\`nvidia-smi -q -x\`) lets the claims name the cards of the plan (\`--kube-select uuid\`, what is done by default where the plan knows them all).`,
      ].join("\n\n");
}

/** Two ranks that take different memory, or whose cards have other engines beside. */
function needsOrder(plan: PlanDocument, { gpus, ranks }: PlanDeployment): boolean {
  const needs = gpus.map((id, at) => {
    const gpu = plan.gpus.find((each) => each.id === id);
    const bytes = ranks[at]?.terms.reduce((sum, { highBytes }) => sum + highBytes, 0);
    return JSON.stringify([bytes, gpu === undefined ? 0 : users(plan, gpu)]);
  });
  return new Set(needs).size > 1;
}
