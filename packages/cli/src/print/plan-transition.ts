import type { PlanDocument, PlanStep, PlanTransition } from "@berth/core";
import { cardRanges } from "@berth/core";
import type { Look } from "./look.ts";
import { replicaName } from "./plan-deployments.ts";
import { printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

/** The stops and starts in their order with their reasons, who stays, and what it takes; nothing for a plan from nothing. */
export function printTransition({ transition }: PlanDocument, look: Look): string {
  if (transition === undefined) {
    return "";
  }
  const table = transition.steps.length === 0 ? "" : printSteps(transition.steps, look);
  return `${table}${wrap(sumText(transition), "  ", look.width)}`;
}

function printSteps(steps: readonly PlanStep[], look: Look): string {
  return printTable(
    [
      { title: "step", align: "right" },
      { title: "" },
      { title: "model" },
      { title: "cards" },
      { title: "loads", align: "right" },
      { title: "it" },
    ],
    steps.map(({ action, gpus, why, loadSeconds, ...replica }, i) => [
      String(i + 1),
      action,
      replicaName(replica),
      cardRanges(gpus),
      loadSeconds === undefined ? "" : secondsText(loadSeconds),
      why,
    ]),
    look,
  );
}

function sumText({ stays, steps, restarts, interrupted, loadSeconds }: PlanTransition): string {
  if (steps.length === 0) {
    return "Nothing changes: every engine stays as it runs.";
  }
  return [
    stays.length === 0
      ? "No engine stays."
      : `As they run stay ${stays.map(replicaName).join(", ")}.`,
    `${countText(restarts, "engine is", "engines are")} started again;`,
    `weights load for about ${secondsText(loadSeconds)} in all.`,
    interrupted.length === 0
      ? "No model is without an engine on the way."
      : `Without an engine for a while: ${interrupted.map(replicaName).join(", ")}.`,
  ].join(" ");
}

function countText(count: number, one: string, many: string): string {
  return `${count === 0 ? "No" : count} ${count < 2 ? one : many}`;
}

const SECONDS_A_MINUTE = 60;

function secondsText(seconds: number): string {
  return seconds < SECONDS_A_MINUTE
    ? `${Math.ceil(seconds)} s`
    : `${(seconds / SECONDS_A_MINUTE).toFixed(1)} min`;
}
