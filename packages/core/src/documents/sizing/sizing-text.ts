import type { PlanSizing } from "./plan-sizing.ts";

/** Why a model has its replicas, as one sentence. */
export function sizingText(sizing: Omit<PlanSizing, "text">): string {
  const { model, replicas, requestsPerSecond, carriesPerSecond, afterLoss, isEnough } = sizing;
  const each = sizing.sequencesEach;
  const held = each === undefined ? "" : ` of ${each} ${each === 1 ? "sequence" : "sequences"}`;
  const alone = sizing.exclusive === undefined ? "" : " on cards of their own";
  const chosen = sizing.settled === undefined ? "" : ", chosen with the other models,";
  const copies = `${replicas} ${replicas === 1 ? "replica" : "replicas"}${held}${alone}${chosen}`;
  const carry = `${replicas === 1 ? "carries" : "carry"} ${rate(carriesPerSecond)} requests a second within its targets`;
  const loss =
    afterLoss === undefined
      ? ""
      : `, ${rate(afterLoss.carriesPerSecond)} without ${afterLoss.lost}`;
  const more = isEnough ? "" : "; nothing that was tried carries more";
  return `${model}: ${copies} ${carry}${loss}; ${rate(requestsPerSecond)} ${requestsPerSecond === 1 ? "is" : "are"} asked for${busiest(sizing)}${more}`;
}

function busiest({ trace }: Pick<PlanSizing, "trace">): string {
  return trace === undefined
    ? ""
    : `, in the busiest ${rate(trace.busiestSeconds)} seconds of ${trace.file}`;
}

/** Three digits are as good as such an estimate gets. */
function rate(value: number): string {
  return String(Number(value.toPrecision(3)));
}
