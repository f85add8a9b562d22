import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import type { InventoryDocument } from "../../inventory/inventory-document.ts";
import { isSame, nameOf } from "../engine-name.ts";
import { matchCards } from "../match-cards.ts";
import { type MatchedReading, matchMetrics } from "../match-metrics.ts";
import type { NamedMetrics } from "../measurements.ts";
import { alarmsOf } from "./alarms.ts";
import type { WatchDocument, WatchedEngine, WatchSource } from "./watch-document.ts";
import { type CardWatch, watchedGpu } from "./watched-gpu.ts";

/** What was measured at one moment. */
export interface WatchInput extends CardWatch {
  /** ISO 8601. */
  readonly at: string;
  /** Of the hosts that could be asked. */
  readonly inventory: InventoryDocument;
  readonly metrics: readonly NamedMetrics[];
  readonly sources: readonly WatchSource[];
}

/**
 * A plan beside what its cards and engines hold at one moment, with an alarm for each card that nears what the plan
 * allows and for each engine that holds more, or has a smaller KV cache. Throws an InputError where it is not clear
 * which engine an endpoint is of.
 */
export function watchPlan(plan: PlanDocument, input: WatchInput): WatchDocument {
  const { at, inventory, metrics, sources } = input;
  const { cards } = matchCards(plan, inventory);
  const used = plan.gpus.filter(({ plannedBytes }) => plannedBytes > 0);
  const gpus = used.map((gpu) => watchedGpu(plan, gpu, { ...input, found: cards.get(gpu.id) }));
  const readings = matchMetrics(plan, metrics);
  const engines = plan.deployments.map((deployment) => watchedEngine(deployment, readings));
  const hosts = new Set(inventory.hosts.map(({ name }) => name));
  const isOneHost = new Set(plan.gpus.map(({ host }) => host)).size === 1 && hosts.size === 1;
  const missing = used.filter(({ id, host }) => !cards.has(id) && (isOneHost || hosts.has(host)));
  const alarms = alarmsOf(plan, { gpus, readings, missing: missing.map(({ id }) => id) });
  return {
    schema: "berth/watch@1",
    at,
    holds: alarms.length === 0,
    gpus,
    engines,
    alarms,
    sources,
  };
}

/** Blocks count as many tokens as the plan gives each. */
function watchedEngine(
  deployment: PlanDeployment,
  readings: readonly MatchedReading[],
): WatchedEngine {
  const found = readings.find((one) => isSame(one.deployment, deployment))?.reading;
  const tokens = found?.id === "kv-blocks" ? deployment.tokensPerBlock : 1;
  return {
    name: nameOf(deployment),
    engine: deployment.engine.id,
    gpus: deployment.gpus,
    kvPlannedTokens: deployment.kv.tokens,
    ...(found === undefined ? {} : { kvTokens: found.value * tokens }),
    ...(found?.used === undefined ? {} : { kvUsedTokens: found.used * tokens }),
  };
}
