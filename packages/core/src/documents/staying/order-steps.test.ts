import { expect, test } from "vitest";
import type { PlanDeployment } from "../plan-document.ts";
import { orderSteps } from "./order-steps.ts";

/** As much of an engine as its steps are ordered by. */
function engine(model: string, gpus: readonly string[], startOrder = 0): PlanDeployment {
  return { model, replica: 0, gpus, startOrder } as unknown as PlanDeployment;
}

function ordered(stops: readonly PlanDeployment[], starts: readonly PlanDeployment[]) {
  const { steps } = orderSteps({
    stops,
    starts,
    stays: [],
    loadSeconds: () => 1,
    overfullHosts: () => [],
    hostsOf: () => [],
  });
  return steps.map(({ action, deployment: { model } }) => `${action} ${model}`);
}

test("an engine that makes room goes just before the start that needs its cards, not while others are waited for", () => {
  // a waits for b to leave its card, which waits for c to start again on its own
  const stops = [engine("a", ["0", "1"]), engine("b", ["0", "1"]), engine("c", ["2", "3"])];
  const starts = [engine("a", ["0"], 0), engine("c", ["2", "3"], 1), engine("b", ["2", "3"], 2)];
  expect(ordered(stops, starts)).toEqual([
    "stop c",
    "start c",
    "start b",
    "stop b",
    "stop a",
    "start a",
  ]);
});

test("two that swap their cards: one makes room for the other, though that frees no start by itself", () => {
  const stops = [engine("a", ["0"]), engine("b", ["1"])];
  const starts = [engine("a", ["1"], 0), engine("b", ["0"], 1)];
  expect(ordered(stops, starts)).toEqual(["stop a", "start b", "stop b", "start a"]);
});
