import type { PlanDocument, PlanGpu } from "../documents/plan-document.ts";
import { atRest } from "./at-rest.ts";
import { compare } from "./compare.ts";
import type { NamedMetrics } from "./measurements.ts";
import { exactly, sumOf } from "./range.ts";
import type { Comparison } from "./verify-document.ts";

/** What Triton says is used on a card, where it and the plan name the card by its UUID. */
export function usedFromMetrics(
  plan: PlanDocument,
  gpu: PlanGpu,
  metrics: readonly NamedMetrics[],
): readonly Comparison[] {
  const held = plan.deployments.flatMap((deployment) =>
    deployment.ranks.filter((rank) => rank.gpu === gpu.id).map((rank) => atRest(deployment, rank)),
  );
  const range = sumOf([exactly(gpu.usedByOthersBytes), ...held]);
  return metrics.flatMap(({ name, readings }) =>
    readings
      .filter(({ id, uuid }) => id === "used" && uuid !== undefined && uuid === gpu.uuid)
      .map(({ value, text }) =>
        compare(
          { id: "used", unit: "bytes", terms: [], basis: "empirical", range, harm: "above" },
          { value, halfWidth: 0, evidence: { kind: "metrics", name, text } },
        ),
      ),
  );
}
