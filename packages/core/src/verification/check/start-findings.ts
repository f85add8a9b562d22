import type { PlanDocument } from "../../documents/plan-document.ts";
import { startingEngine } from "../../documents/starting-engine.ts";
import { runStarts } from "../../memory/start-order.ts";
import { nameOf } from "../engine-name.ts";
import type { CheckFinding } from "./check-document.ts";

/** What a card has today, as far as it is known. */
export interface CardToday {
  readonly memoryBytes: number;
  readonly othersBytes: number;
}

/**
 * Starts the plan's engines in its order, each with what the plan tells it, on cards as they are today: which of them
 * would get fewer tokens than planned.
 */
export function startFindings(
  plan: PlanDocument,
  today: ReadonlyMap<string, CardToday>,
): readonly CheckFinding[] {
  const cards = plan.gpus.map((gpu) => {
    const now = today.get(gpu.id);
    const memory = now?.memoryBytes ?? gpu.memoryBytes;
    return {
      id: gpu.id,
      memory,
      free: memory - (now?.othersBytes ?? gpu.usedByOthersBytes) - gpu.reserveBytes,
    };
  });
  const totals = new Map(cards.map(({ id, memory }) => [id, memory]));
  const inOrder = [...plan.deployments].sort((a, b) => a.startOrder - b.startOrder);
  const runs = runStarts(
    new Map(cards.map(({ id, free }) => [id, free])),
    inOrder.map((deployment) => ({
      ...startingEngine(deployment, totals),
      knobs: deployment.kv,
      maxTokens: deployment.kv.maxTokens,
    })),
  );
  return inOrder.flatMap((deployment, i) => {
    const run = runs[i];
    const tokens = run === undefined || run.leastLeft < 0 ? 0 : Math.floor(run.tokens);
    const plannedTokens = deployment.kv.tokens;
    return tokens >= plannedTokens
      ? []
      : [{ code: "kv-short", engine: nameOf(deployment), plannedTokens, tokens } as const];
  });
}
