import type { PlanDeployment, PlanDocument, PlanRank } from "../documents/plan-document.ts";
import { InputError } from "../report/errors.ts";
import { compare } from "./compare.ts";
import { isSame, nameOf } from "./engine-name.ts";
import { expectedCount } from "./expectations.ts";
import { logComparisons } from "./log-comparisons.ts";
import { matchCards } from "./match-cards.ts";
import { type MatchedLog, matchLogs } from "./match-logs.ts";
import { type MatchedReading, matchMetrics } from "./match-metrics.ts";
import type { Measurements } from "./measurements.ts";
import { type CardReading, rankKey, readCard } from "./smi-comparisons.ts";
import { usedFromMetrics } from "./used-from-metrics.ts";
import type {
  Comparison,
  VerifiedDeployment,
  VerifiedGpu,
  VerifiedRank,
  VerifyDocument,
} from "./verify-document.ts";

/**
 * A plan beside what was measured, card by card and engine by engine; what nobody measured is said, never guessed.
 * Throws an InputError where it is not clear which engine a log or an endpoint is of.
 */
export function compareWithPlan(plan: PlanDocument, measurements: Measurements): VerifyDocument {
  refuseStrangers(plan, measurements);
  const logs = matchLogs(plan, measurements.logs ?? []);
  const metrics = matchMetrics(plan, measurements.metrics ?? []);
  const { cards, warnings } = readCards(plan, measurements);
  const gpus = plan.gpus.map(
    (gpu): VerifiedGpu => ({
      id: gpu.id,
      catalogId: gpu.catalogId,
      computeCapability: gpu.computeCapability,
      comparisons: [
        ...cards.flatMap((card) => (card.gpu === gpu.id ? card.comparisons : [])),
        ...usedFromMetrics(plan, gpu, measurements.metrics ?? []),
      ],
    }),
  );
  const deployments = plan.deployments.map((deployment) =>
    verifyDeployment(plan, deployment, {
      log: logs.find((log) => isSame(log.deployment, deployment)),
      metrics: metrics.filter((one) => isSame(one.deployment, deployment)),
      cards,
    }),
  );
  const all = [
    ...gpus.flatMap(({ comparisons }) => comparisons),
    ...deployments.flatMap(({ ranks }) => ranks.flatMap(({ comparisons }) => comparisons)),
  ];
  const outside = all.filter(({ verdict }) => verdict !== "inside").length;
  const hasFailed = deployments.some(({ failures }) => failures.length > 0);
  return {
    schema: "berth/verify@1",
    holds: all.length > 0 && outside === 0 && !hasFailed,
    measured: all.length,
    outside,
    gpus,
    deployments,
    warnings,
  };
}

/** A log or an endpoint that the user gives to an engine which the plan does not have. */
function refuseStrangers(plan: PlanDocument, { logs = [], metrics = [] }: Measurements): void {
  for (const { name, of } of [...logs, ...metrics]) {
    if (of !== undefined && !plan.deployments.some((one) => isSame(one, of))) {
      const known = plan.deployments.map(nameOf).join(", ");
      throw new InputError({ file: name }, `expected one of ${known}, got ${nameOf(of)}`);
    }
  }
}

function readCards(
  plan: PlanDocument,
  { inventory }: Measurements,
): { readonly cards: readonly CardReading[]; readonly warnings: readonly string[] } {
  if (inventory === undefined) {
    return { cards: [], warnings: [] };
  }
  const { cards: found, strangers } = matchCards(plan, inventory);
  const cards = plan.gpus.flatMap((gpu) => {
    const card = found.get(gpu.id);
    return card === undefined ? [] : [readCard(plan, gpu, card)];
  });
  const missing = plan.gpus.filter(
    ({ id, host, plannedBytes }) => !found.has(id) && !strangers.includes(host) && plannedBytes > 0,
  );
  return {
    cards,
    warnings: [
      ...strangers.map(
        (host) => `${host}: the inventory has no such host, so nothing of it was measured`,
      ),
      ...missing.map(({ id }) => `${id}: the inventory has no such card; berth check says more`),
      ...cards.flatMap((card) => card.warnings),
    ],
  };
}

interface Read {
  readonly log: MatchedLog | undefined;
  readonly metrics: readonly MatchedReading[];
  readonly cards: readonly CardReading[];
}

function verifyDeployment(
  plan: PlanDocument,
  deployment: PlanDeployment,
  read: Read,
): VerifiedDeployment {
  const { model, replica, source, engine, quantization, tp, pp } = deployment;
  const version = read.log?.log.report.version;
  return {
    model,
    replica,
    source,
    engine,
    quantization,
    tp,
    pp,
    ...(version === undefined || version === engine.version ? {} : { runningVersion: version }),
    ranks: deployment.ranks.map((rank) => verifyRank(plan, deployment, rank, read)),
    failures: read.log?.log.report.failures ?? [],
  };
}

function verifyRank(
  plan: PlanDocument,
  deployment: PlanDeployment,
  rank: PlanRank,
  { log, metrics, cards }: Read,
): VerifiedRank {
  const place = { plan, deployment, rank };
  const card = plan.gpus.find(({ id }) => id === rank.gpu);
  const process = cards
    .find((card) => card.gpu === rank.gpu)
    ?.ofRanks.get(rankKey(deployment, rank));
  const comparisons: readonly Comparison[] = [
    ...(log === undefined ? [] : logComparisons(place, log)),
    ...metrics.flatMap(({ name, reading }) => {
      const expected = expectedCount(place, reading.id === "kv-blocks" ? "blocks" : "tokens");
      const { value, text } = reading;
      const evidence = { kind: "metrics", name, text } as const;
      return expected === undefined ? [] : [compare(expected, { value, halfWidth: 0, evidence })];
    }),
    ...(process === undefined ? [] : [process]),
  ];
  const measured = new Set(comparisons.flatMap(({ terms }) => terms));
  return {
    rank: rank.rank,
    gpu: rank.gpu,
    catalogId: card?.catalogId ?? "",
    computeCapability: card?.computeCapability ?? "",
    comparisons,
    unmeasured: [...rank.terms.map(({ id }) => id), "kv"].filter((id) => !measured.has(id)),
  };
}
