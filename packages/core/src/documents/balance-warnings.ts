import type { PlanDeployment } from "./plan-document.ts";

/** SGLang wants at least this part of the free memory of one rank to be free on every other. */
const LEAST_BALANCE = 0.9;

/**
 * SGLang refuses a tensor parallel group of which one card has less than nine tenths of another's free memory,
 * unless it is told not to look ("The memory capacity is unbalanced"; sgl-project/sglang issues 1533 and 4233).
 */
export function balanceWarnings(deployments: readonly PlanDeployment[]): readonly string[] {
  return deployments
    .filter(isUnbalanced)
    .map(
      ({ model, gpus }) =>
        `${model} finds unequal free memory on ${gpus.join(", ")}: start SGLang with SGL_DISABLE_TP_MEMORY_INBALANCE_CHECK=1 (SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK=0 in newer versions), or it refuses to`,
    );
}

function isUnbalanced({ engine, tp, ranks }: PlanDeployment): boolean {
  return (
    engine.id === "sglang" &&
    ranks.some((rank, i) => {
      const group = ranks.slice(i - (i % tp), i - (i % tp) + tp);
      const least = Math.min(...group.map(({ freeAtStartBytes }) => freeAtStartBytes));
      return least < LEAST_BALANCE * rank.freeAtStartBytes;
    })
  );
}
