import { expect, test } from "vitest";
import { planCapacity } from "../../packages/core/src/documents/capacity/plan-capacity.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { planFleet } from "../../packages/core/src/documents/plan-fleet.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { seededRandom } from "./random-placement.ts";

/** Two hosts, and two or three small models on few cards, which are to outlive a card or a host. */
function fleetText(seed: number): string {
  const random = seededRandom(seed + 0x1055);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const host = (name: string) =>
    `{ name: ${name}, gpus: [{ gpu: ${pick(["rtx-4090", "l40s-48gb", "rtx-3090"])}, count: ${pick([1, 2])} }] }`;
  const models = Array.from({ length: pick([2, 3]) }, (_, i) => {
    const rate = Math.round(10 * 2 ** (4 * random())) / 100;
    const most = pick(["40 ms", "60 ms"]);
    return `  - { name: m${i}, model: ${pick(["Qwen/Qwen2.5-1.5B", "meta-llama/Llama-3.2-3B"])}, engine: vllm, tp: 1, pp: 1, maxSeqLen: 4k, workload: { rate: ${rate}, prompt: 600, output: 150, targets: [{ metric: tpot, most: ${most} }] } }`;
  });
  return `hosts: [${host("a")}, ${host("b")}]\npolicy: { survive: ${pick(["gpu", "host"])} }\nmodels:\n${models.join("\n")}`;
}

test("what a plan says is carried after a loss, `berth capacity` says too, on shared cards as well", async () => {
  const file = "fleet.yaml";
  let shared = 0;
  for (let seed = 0; seed < 24; seed += 1) {
    const input = { file, fleet: parseFleetFile(file, fleetText(seed)) };
    const plan = await planFleet(input);
    const models = new Map(problemOf(input).models.map(({ spec }) => [spec.id, spec]));
    const answers =
      plan.deployments.length === 0 ? [] : planCapacity({ file, plan, models }).models;
    for (const { model, afterLoss, replicas } of answers) {
      const told = plan.sizing?.find((one) => one.model === model)?.afterLoss;
      const own = plan.deployments.find((one) => one.model === model);
      const answer = afterLoss.find(({ loss }) => loss === own?.survives?.loss);
      if (told === undefined || answer === undefined) {
        continue;
      }
      shared += plan.deployments.some(
        (one) => one.model !== model && one.gpus.some((id) => own?.gpus.includes(id)),
      )
        ? 1
        : 0;
      const carried = answer.requestsPerSecond * (1 + 1e-6);
      expect({ seed, model, replicas, isKept: told.carriesPerSecond <= carried }).toEqual({
        seed,
        model,
        replicas,
        isKept: true,
      });
    }
  }
  expect(shared).toBeGreaterThan(3);
});
