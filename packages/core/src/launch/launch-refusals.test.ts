import { describe, expect, test } from "vitest";
import {
  fourOnOne,
  oneOverTwoHosts,
  planFor,
  twoHosts,
} from "../../../../test/fixtures/deploy-plans.ts";
import type { TargetId } from "../deploy/targets/target-id.ts";
import type { PlanDocument } from "../documents/plan-document.ts";
import type { LaunchPart } from "./launch-part.ts";
import { launchRefusals } from "./launch-refusals.ts";
import { launchUnits } from "./launch-unit.ts";

function part(plan: PlanDocument, target: TargetId, more: Partial<LaunchPart> = {}): LaunchPart {
  return { plan, target, options: {}, prefix: "", ...more };
}

function firstHost({ hosts: [host] }: PlanDocument): string {
  return host?.name ?? "";
}

describe("what a launch does not start", () => {
  test.each([
    ["kubernetes", "kubectl apply -k DIR"],
    ["dynamo", "kubectl apply -k DIR"],
    ["ray-serve", "serve deploy serve.yaml"],
    ["slurm", "submit-all.sh in DIR"],
    ["systemd", "systemctl enable --now berth.target"],
    ["compose", "docker compose up --detach in DIR"],
  ] as const)("%s is named with what starts it", (target, command) => {
    const plan = planFor(target);
    const [reason, ...others] = launchRefusals([part(plan, target)], firstHost(plan));
    expect(reason).toContain(`berth render PLAN --target ${target} --out DIR`);
    expect(reason).toContain(command);
    expect(others).toEqual([]);
  });

  test.each(["trtllm-serve", "triton-llmapi"] as const)("%s is started", (target) => {
    const plan = fourOnOne("tensorrt-llm");
    expect(launchRefusals([part(plan, target)], firstHost(plan))).toEqual([]);
    expect(launchUnits([part(plan, target)], firstHost(plan))).toHaveLength(4);
  });

  test("one Triton for all models is not, one a model is", () => {
    const plan = fourOnOne("tensorrt-llm-engine");
    const host = firstHost(plan);
    expect(launchRefusals([part(plan, "triton-engine")], host)).toEqual([
      expect.stringContaining("--triton-mode leader"),
    ]);
    const leader = part(plan, "triton-engine", { options: { tritonMode: "leader" } });
    expect(launchRefusals([leader], host)).toEqual([]);
    expect(launchUnits([leader], host).map(({ readyPath }) => readyPath)).toEqual([
      expect.stringMatching(/^\/v2\/models\/.+\/ready$/),
      expect.stringMatching(/^\/v2\/models\/.+\/ready$/),
      expect.stringMatching(/^\/v2\/models\/.+\/ready$/),
      expect.stringMatching(/^\/v2\/models\/.+\/ready$/),
    ]);
  });

  test("a model over several hosts is not, on any of them; one host's own models are", () => {
    const spread = oneOverTwoHosts("vllm");
    for (const { name } of spread.hosts) {
      expect(launchRefusals([part(spread, "vllm")], name)).toEqual([
        expect.stringContaining("start-all.sh on each host"),
      ]);
    }
    const both = twoHosts("vllm");
    const deployments = both.deployments.filter(({ model }) => model !== "wide-32b");
    const apart = { ...both, deployments };
    expect(deployments.length).toBeGreaterThan(1);
    expect(launchRefusals([part(apart, "vllm")], firstHost(apart))).toEqual([]);
  });
});

describe("what a launch starts", () => {
  test("is what the bundle's own script starts: the same scripts and ports", () => {
    const plan = fourOnOne("tensorrt-llm");
    const units = launchUnits([part(plan, "triton-llmapi", { prefix: "x/" })], firstHost(plan));
    expect(units.map(({ port }) => port)).toEqual([8000, 8010, 8020, 8030]);
    expect(units.every(({ script }) => script.startsWith("x/start/"))).toBe(true);
    expect(new Set(units.map(({ preparation }) => preparation))).toEqual(
      new Set(["x/fetch-templates.sh"]),
    );
  });
});
