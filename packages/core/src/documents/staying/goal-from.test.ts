import { describe, expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { verifyPlan } from "../verify-plan.ts";
import { planFrom } from "./plan-from.ts";
import { verifyTransition } from "./verify-transition.ts";

const input = (yaml: string) => ({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", yaml) });

/** Qwen2-7B on an L4 beside an RTX 4090, 14 GB to load: a tenth of a minute and more. */
const fleet = (head: string, gpus: string, workload = "") =>
  `hosts: [{ name: box, gpus: [{ gpu: l4-24gb }, { gpu: rtx-4090 }] }]
${head}
models: [{ name: a, model: Qwen/Qwen2-7B, engine: vllm, tp: 1, pp: 1, concurrency: 4${gpus}${workload} }]`;

const cardOf = ({ deployments, gpus }: PlanDocument): string | undefined =>
  gpus.find(({ id }) => deployments[0]?.gpus[0] === id)?.catalogId;
const term = ({ objective }: PlanDocument, id: string) =>
  objective.terms.find((one) => one.id === id);

interface Case {
  readonly head: string;
  readonly workload?: string;
  readonly on: string;
  readonly moveCost?: number;
}

/** A plan that was made when the model could run on one card alone, then again with both. */
async function again({ head, workload = "", on, moveCost }: Case) {
  const old = await planFleet(input(fleet(head, `, gpus: ${on}`, workload)));
  expect(cardOf(old)).toBe(on);
  const text = fleet(head, "", workload);
  const plan = await planFrom({
    ...input(text),
    from: old,
    ...(moveCost === undefined ? {} : { moveCost }),
  });
  expect([...verifyPlan(plan), ...verifyTransition(old, plan)]).toEqual([]);
  expect(plan.warnings.filter((text) => text.includes("objective"))).toEqual([]);
  return { old, plan, best: await planFleet(input(text)) };
}

const prices = (l4: number, ada: number) =>
  `objective: cost\ncosts: { perGpuHour: { l4-24gb: ${l4}, rtx-4090: ${ada} } }`;
const WORKLOAD =
  ", workload: { rate: 0.5, prompt: 600, output: 250, targets: [{ metric: tpot, most: 25 ms }] }";
const OPEN = ", workload: { prompt: 600, output: 250 }";

describe("engines move where the objective pays for it", () => {
  test.each([
    { id: "cost", head: prices(0.2, 0.4), on: "rtx-4090", to: "l4-24gb" },
    { id: "throughput", head: "objective: throughput", workload: OPEN, on: "l4-24gb" },
    { id: "targets", head: "objective: latency", workload: WORKLOAD, on: "l4-24gb" },
  ])("$id", async ({ id, to = "rtx-4090", ...given }) => {
    const { plan, best } = await again(given);
    expect(cardOf(plan)).toBe(to);
    expect(term(plan, id)).toEqual(term(best, id));
    expect(plan.status).toBe("optimal");
  });
});

describe("engines stay where it does not", () => {
  test.each([
    // a hundredth is saved, and a minute of loading is to save a twentieth: 15 GB take about a quarter of one
    { id: "cost", head: prices(0.399, 0.4), on: "rtx-4090", value: 0.4, bound: 0.399 },
    { id: "cost", head: prices(0.2, 0.4), on: "rtx-4090", value: 0.4, bound: 0.2, moveCost: 100 },
    { id: "cost", head: prices(0.4, 0.2), on: "rtx-4090", value: 0.2, bound: 0.2 },
  ])("$head at $moveCost", async ({ id, value, bound, ...given }) => {
    const { old, plan, best } = await again(given);
    expect(plan.transition?.steps).toEqual([]);
    expect(cardOf(plan)).toBe(cardOf(old));
    expect(term(plan, id)).toEqual({ id, value, bound });
    expect(term(best, id)?.value).toBe(bound);
    expect(plan.status).toBe(value === bound ? "optimal" : "feasible");
  });

  test.each([
    { id: "throughput", head: "objective: throughput", workload: OPEN },
    { id: "targets", head: "objective: latency", workload: WORKLOAD },
  ])("$id, which never moves anybody at an endless price", async ({ id, ...given }) => {
    const moveCost = Number.POSITIVE_INFINITY;
    const { old, plan, best } = await again({ ...given, on: "l4-24gb", moveCost });
    expect(plan.transition?.steps).toEqual([]);
    const { value = 0, bound = 0 } = term(plan, id) ?? {};
    expect(value).toBe(term(old, id)?.value);
    expect(bound).toBe(term(best, id)?.value);
    expect(plan.status).toBe("feasible");
  });
});

test("who is new goes where the price is paid already", async () => {
  const head = `hosts: [{ name: box, gpus: [{ gpu: l4-24gb }, { gpu: rtx-4090 }] }]
${prices(0.2, 0.4)}
models:
  - { name: a, model: Qwen/Qwen2.5-0.5B, concurrency: 4, gpus: rtx-4090 }
`;
  const old = await planFleet(input(head));
  const more = `${head}  - { name: b, model: Qwen/Qwen2.5-0.5B, concurrency: 4 }\n`;
  const plan = await planFrom({ ...input(more), from: old });
  expect(new Set(plan.deployments.flatMap(({ gpus }) => gpus)).size).toBe(1);
  expect(term(plan, "cost")).toEqual({ id: "cost", value: 0.4, bound: 0.4 });
});
