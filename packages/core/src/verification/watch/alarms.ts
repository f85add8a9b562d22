import type { PlanDocument } from "../../documents/plan-document.ts";
import { formatCount, formatGib } from "../../units/format.ts";
import { MIB } from "../../units/units.ts";
import { SMI_HALF_WIDTH_MIB } from "../allowances.ts";
import { NOISE_BYTES } from "../check/noise.ts";
import { nameOf } from "../engine-name.ts";
import { expectedCount } from "../expectations.ts";
import type { MatchedReading } from "../match-metrics.ts";
import type { WatchAlarm, WatchedGpu, WatchedShare, WatchFinding } from "./watch-document.ts";

export interface Watched {
  readonly gpus: readonly WatchedGpu[];
  readonly readings: readonly MatchedReading[];
  /** Cards of the plan that their host does not list. */
  readonly missing: readonly string[];
}

/** What is nearer to what the plan allows than it should be, or beyond it: cards, others on them, engines, KV caches. */
export function alarmsOf(
  plan: PlanDocument,
  { gpus, readings, missing }: Watched,
): readonly WatchAlarm[] {
  const findings: readonly WatchFinding[] = [
    ...missing.map((gpu): WatchFinding => ({ code: "card-missing", gpu })),
    ...gpus.flatMap((gpu) => [
      ...cardFindings(gpu),
      ...othersFindings(gpu),
      ...sharesFindings(gpu),
    ]),
    ...readings.flatMap((reading) => kvFindings(plan, reading)),
  ];
  return findings.map((finding) => ({ ...finding, text: alarmText(finding) }));
}

function cardFindings({
  id,
  usedBytes,
  allowedBytes,
  nearBytes,
}: WatchedGpu): readonly WatchFinding[] {
  if (usedBytes === undefined || usedBytes + nearBytes <= allowedBytes) {
    return [];
  }
  const isOver = usedBytes > allowedBytes + printedSlack(1);
  return [{ code: isOver ? "card-over" : "card-near", gpu: id, usedBytes, allowedBytes }];
}

function othersFindings(gpu: WatchedGpu): readonly WatchFinding[] {
  const { id, othersBytes, othersPlannedBytes } = gpu;
  return othersBytes === undefined || othersBytes <= othersPlannedBytes + NOISE_BYTES
    ? []
    : [
        {
          code: "others-hold-more",
          gpu: id,
          plannedBytes: othersPlannedBytes,
          foundBytes: othersBytes,
        },
      ];
}

function sharesFindings({ id, shares }: WatchedGpu): readonly WatchFinding[] {
  return shares.filter(isOver).map(({ engines, usedBytes = 0, plannedBytes }) => ({
    code: "engine-over",
    engine: engines.join(" and "),
    gpu: id,
    usedBytes,
    allowedBytes: plannedBytes,
  }));
}

function isOver({ usedBytes = 0, plannedBytes, processes }: WatchedShare): boolean {
  return usedBytes > plannedBytes + printedSlack(processes);
}

/** nvidia-smi rounds each number to a whole MiB. */
function printedSlack(numbers: number): number {
  return SMI_HALF_WIDTH_MIB * numbers * MIB;
}

function kvFindings(
  plan: PlanDocument,
  { deployment, reading }: MatchedReading,
): readonly WatchFinding[] {
  const [rank] = deployment.ranks;
  const unit = reading.id === "kv-blocks" ? "blocks" : "tokens";
  const expected = rank === undefined ? undefined : expectedCount({ plan, deployment, rank }, unit);
  if (expected === undefined || reading.value >= expected.range.low) {
    return [];
  }
  return [
    {
      code: "kv-short",
      engine: nameOf(deployment),
      plannedTokens: deployment.kv.tokens,
      tokens: reading.value * (unit === "blocks" ? deployment.tokensPerBlock : 1),
    },
  ];
}

function alarmText(finding: WatchFinding): string {
  switch (finding.code) {
    case "card-missing":
      return `${finding.gpu} is gone`;
    case "card-near":
    case "card-over": {
      const { gpu, usedBytes, allowedBytes } = finding;
      const left = allowedBytes - usedBytes;
      const how = left >= 0 ? `${formatGib(left)} less` : `${formatGib(-left)} more`;
      return `${gpu} holds ${formatGib(usedBytes)}, ${how} than the plan allows`;
    }
    case "others-hold-more":
      return `${finding.gpu}: others hold ${formatGib(finding.foundBytes)}, and the plan counts on ${formatGib(finding.plannedBytes)}`;
    case "engine-over":
      return `${finding.engine} holds ${formatGib(finding.usedBytes)} of ${finding.gpu}, and the plan has at most ${formatGib(finding.allowedBytes)}`;
    case "kv-short":
      return `${finding.engine} has a KV cache of ${formatCount(finding.tokens)} tokens, and ${formatCount(finding.plannedTokens)} are planned`;
    default:
      return finding satisfies never;
  }
}
