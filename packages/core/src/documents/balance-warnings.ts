import { engineById } from "../catalog/engine-catalog.ts";
import { factsFor } from "../engine/facts.ts";
import type { PlanDeployment } from "./plan-document.ts";

/**
 * An engine that does not start a tensor parallel group of which one card has much less free memory than
 * another (SGLang, unless it is told not to look: "The memory capacity is unbalanced"; sgl-project/sglang
 * issues 1533 and 4233).
 */
export function balanceWarnings(deployments: readonly PlanDeployment[]): readonly string[] {
  return deployments
    .filter(isUnbalanced)
    .map(
      ({ model, gpus }) =>
        `${model} finds unequal free memory on ${gpus.join(", ")}: start SGLang with SGL_DISABLE_TP_MEMORY_INBALANCE_CHECK=1 (SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK=0 in newer versions), or it refuses to`,
    );
}

function isUnbalanced(deployment: PlanDeployment): boolean {
  const { tp, ranks } = deployment;
  const share = leastFreeShare(deployment);
  return ranks.some((rank, i) => {
    const group = ranks.slice(i - (i % tp), i - (i % tp) + tp);
    const least = Math.min(...group.map(({ freeAtStartBytes }) => freeAtStartBytes));
    return least < share * rank.freeAtStartBytes;
  });
}

/** What part of the emptiest card's free memory each card of a group must have free. */
function leastFreeShare({ engine: { id, version }, quantization }: PlanDeployment): number {
  const engine = engineById(id);
  return engine === undefined
    ? 0
    : factsFor(engine, { version, computeCapability: "", quantization }).value("leastFreeShare", 0);
}
