import { describe, expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { verifyPlan } from "../verify-plan.ts";
import { planFrom } from "./plan-from.ts";
import { verifyTransition } from "./verify-transition.ts";

const input = (yaml: string) => ({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", yaml) });

/** One host of two RTX 4090, which may draw 450 W each. */
const host = (limits: string): string =>
  `hosts: [{ name: box, ${limits} gpus: [{ gpu: rtx-4090, count: 2 }] }]\nmodels:\n`;
const at = (card: string, model = "meta-llama/Llama-3.2-3B"): string =>
  `  - { name: a, model: ${model}, tp: 1, pp: 1, gpus: '${card}' }\n`;

async function change(from: string, to: string) {
  const old = await planFleet(input(from));
  const plan = await planFrom({ ...input(to), from: old });
  expect([...verifyPlan(plan), ...verifyTransition(old, plan)]).toEqual([]);
  return { old, plan };
}

function stepsOf({ transition }: PlanDocument): readonly string[] {
  return (transition?.steps ?? []).map(({ action, gpus }) => `${action} ${gpus.join()}`);
}

const EARLY = ["stop box:0", "start box:1"];
const LATE = ["start box:1", "stop box:0"];
const SMALL = "Qwen/Qwen2.5-0.5B";

describe("an engine that moves to another card of its host", () => {
  test.each<[string, string, string, readonly string[]]>([
    ["no limits: starts before it is stopped", "", at("box:1"), LATE],
    ["power for both cards", "powerBudgetW: 900,", at("box:1"), LATE],
    ["power for one card", "powerBudgetW: 899,", at("box:1"), EARLY],
    // the same 6.0 GiB of files are there once
    ["disk for its files", "disk: 7 GiB,", at("box:1"), LATE],
    // 6.0 GiB and 0.9 GiB
    ["disk for the old and the new files", "disk: 8 GiB,", at("box:1", SMALL), LATE],
    ["disk for one of both files", "disk: 6.5 GiB,", at("box:1", SMALL), EARLY],
  ])("%s", async (_, limits, to, steps) => {
    const { plan } = await change(host(limits) + at("box:0"), host(limits) + to);
    expect(stepsOf(plan)).toEqual(steps);
    expect(plan.transition?.interrupted).toHaveLength(steps === EARLY ? 1 : 0);
  });

  test("a limit that the old plan did not know counts what its ranks hold", async () => {
    const { plan } = await change(
      host("") + at("box:0"),
      host("disk: 6.5 GiB,") + at("box:1", SMALL),
    );
    expect(stepsOf(plan)).toEqual(EARLY);
  });
});

describe("the checker runs the hosts through all steps", () => {
  const shrunk = (plan: PlanDocument, limits: Partial<PlanDocument["hosts"][number]>) => ({
    ...plan,
    hosts: plan.hosts.map((one) => ({ ...one, ...limits })),
  });

  test("power, files, and what one start loads through", async () => {
    const limits = host("powerBudgetW: 900, disk: 8 GiB, memory: 8 GiB,");
    const { old, plan } = await change(limits + at("box:0"), limits + at("box:1", SMALL));
    const [{ power, disk, memory } = {}] = plan.hosts;
    if (power === undefined || disk === undefined || memory === undefined) {
      throw new Error("the host has limits");
    }
    const problems = (changed: Partial<PlanDocument["hosts"][number]>) =>
      verifyTransition(old, shrunk(plan, changed)).join("; ");
    expect(problems({ power: { ...power, budgetW: 899 } })).toBe(
      "step 0: box may draw 900 W of 899 when a#0 starts",
    );
    expect(problems({ disk: { ...disk, bytes: 2 ** 32 } })).toMatch(
      /^step 0: box holds files of \d+ bytes on 4294967296 when a#0 starts$/,
    );
    expect(problems({ memory: { ...memory, bytes: 2 ** 20 } })).toMatch(
      /^step 0: box loads through \d+ bytes of 1048576 when a#0 starts$/,
    );
    expect(problems({})).toBe("");
  });
});
