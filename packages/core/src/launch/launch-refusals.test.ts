import { describe, expect, test } from "vitest";
import {
  fourOnOne,
  oneOverTwoHosts,
  planFor,
  twelveCards,
  twoHosts,
} from "../../../../test/fixtures/deploy-plans.ts";
import { renderDeployment } from "../deploy/render.ts";
import type { TargetId } from "../deploy/targets/target-id.ts";
import type { PlanDocument } from "../documents/plan-document.ts";
import type { LaunchPart } from "./launch-part.ts";
import { launchRefusals } from "./launch-refusals.ts";
import { launchUnits, unitDeployments } from "./launch-unit.ts";

function part(plan: PlanDocument, target: TargetId, more: Partial<LaunchPart> = {}): LaunchPart {
  return { plan, target, options: {}, prefix: "", ...more };
}

function firstHost({ hosts: [host] }: PlanDocument): string {
  return host?.name ?? "";
}

describe("what a launch does not start", () => {
  test.each([
    ["dynamo", "kubectl apply -k DIR"],
    ["ray-serve", "serve deploy serve.yaml"],
    ["systemd", "systemctl enable --now berth.target"],
  ] as const)("%s is named with what starts it", (target, command) => {
    const plan = planFor(target);
    const [reason, ...others] = launchRefusals([part(plan, target)], firstHost(plan));
    expect(reason).toContain(`berth render PLAN --target ${target} --out DIR`);
    expect(reason).toContain(command);
    expect(others).toEqual([]);
  });

  test.each(["trtllm-serve", "triton-llmapi", "compose"] as const)("%s is started", (target) => {
    const plan = fourOnOne("tensorrt-llm");
    expect(launchRefusals([part(plan, target)], firstHost(plan))).toEqual([]);
    expect(launchUnits([part(plan, target)], firstHost(plan))).toHaveLength(4);
  });

  test("Triton is, in every mode", () => {
    const plan = fourOnOne("tensorrt-llm-engine");
    const host = firstHost(plan);
    for (const tritonMode of ["leader", "orchestrator"] as const) {
      const each = part(plan, "triton-engine", { options: { tritonMode } });
      expect(launchRefusals([each], host)).toEqual([]);
      expect(launchUnits([each], host).map(({ readyPath }) => readyPath)).toEqual(
        Array.from({ length: 4 }, () => expect.stringMatching(/^\/v2\/models\/.+\/ready$/)),
      );
    }
    const apart = twelveCards("tensorrt-llm-engine");
    const together = part(apart, "triton-engine", {
      options: { tritonMode: "orchestrator-no-spawn" },
    });
    expect(launchRefusals([together], firstHost(apart))).toEqual([]);
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
    for (const { name, start } of units) {
      expect(start).toEqual({
        by: "script",
        script: `x/start/${name}.sh`,
        preparation: "x/fetch-templates.sh",
      });
    }
  });

  test("with one Triton for all models, is one model after the other, in start order", () => {
    const plan = fourOnOne("tensorrt-llm-engine");
    const units = launchUnits([part(plan, "triton-engine")], firstHost(plan));
    expect(units.map(({ deployment }) => deployment.startOrder)).toEqual([0, 1, 2, 3]);
    expect(new Set(units.map(({ port }) => port)).size).toBe(1);
    const servers = units.map(({ start }) => (start.by === "load" ? start.server : undefined));
    expect(servers[0]).toMatchObject({ script: "start.sh", livePath: "/v2/health/live" });
    expect(new Set(servers.map((server) => JSON.stringify(server))).size).toBe(1);
    const script = renderDeployment(plan, "triton-engine");
    const files = script.ok ? script.artifacts : [];
    const loads = files.find(({ path }) => path === "load-models.sh")?.text ?? "";
    const said = [...loads.matchAll(/^load (\S+)$/gm)].map(([, name]) => name);
    const models = units.flatMap(({ start }) => (start.by === "load" ? start.models : []));
    expect([...new Set(models)]).toEqual(said);
  });

  test("with workers that come with their Triton, is all models in one step, by their ranks", () => {
    const plan = twelveCards("tensorrt-llm-engine");
    const options = { tritonMode: "orchestrator-no-spawn" } as const;
    const units = launchUnits([part(plan, "triton-engine", { options })], firstHost(plan));
    expect(units).toHaveLength(1);
    const [unit] = units;
    expect(unit).toMatchObject({
      name: "triton",
      start: { by: "script", script: "start.sh", preparation: "fetch-templates.sh" },
      readyPath: "/v2/health/ready",
    });
    const all = unit === undefined ? [] : unitDeployments(unit);
    expect(all.map(({ model, replica }) => `${model} ${replica}`)).toEqual([
      "llama-3b 0",
      "qwen-7b 0",
      "mistral-7b 0",
      "mistral-7b 1",
    ]);
    // two cards, one, and twice two; 0 is the server
    expect(unit?.logRanks).toEqual([1, 3, 4, 6]);
  });

  test("of a Compose project, is its services", () => {
    const plan = fourOnOne("vllm");
    const units = launchUnits([part(plan, "compose", { prefix: "x/" })], firstHost(plan));
    expect(units.map(({ start }) => start)).toEqual(
      units.map(({ name }) => ({ by: "compose", file: "x/compose.yaml", service: name })),
    );
  });
});
