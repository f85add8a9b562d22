import { expect, test } from "vitest";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { inputForRates } from "../../packages/core/src/documents/plan-fleet.ts";
import { planCards } from "../../packages/core/src/documents/plan-problem.ts";
import { seededRandom } from "./random-placement.ts";

const KINDS = ["rtx-4090", "rtx-3090", "l4-24gb", "l40s-48gb", "rtx-5090", "t4-16gb"] as const;
const MODELS = ["Qwen/Qwen3-8B", "Qwen/Qwen2.5-7B-Instruct", "meta-llama/Llama-3.2-3B"] as const;
const LIMIT = 20_000;
/** Some at random, and those where a card more did harm when slow cards could not stay empty. */
const SEEDS = [...Array.from({ length: 30 }, (_, i) => i), 78, 96, 117, 255, 283, 286];

/** One or two models with rates and targets, most of which are to outlive a loss; and the same fleet with a card more. */
function twoFleets(seed: number) {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number =>
    low + Math.floor(random() * (high - low + 1));
  const pick = <T>(all: readonly T[]): T => all[between(0, all.length - 1)] as T;
  const hosts = Array.from({ length: between(1, 2) }, (_, i) => ({
    name: `box${i}`,
    gpus: Array.from({ length: between(1, 2) }, () => ({ gpu: pick(KINDS), count: between(1, 2) })),
  }));
  const models = Array.from({ length: pick([1, 1, 1, 2]) }, (_, i) => ({
    name: `model${i}`,
    model: pick(MODELS),
    engine: "vllm",
    maxSeqLen: 4096,
    survive: pick(["gpu", "gpu", "gpu", "host", "none"]),
    ...(random() < 0.4 ? { replicas: between(2, 3) } : {}),
    ...(random() < 0.3 ? { concurrency: between(2, 12) } : {}),
    workload: {
      rate: Number((0.2 + 3 * random()).toFixed(2)),
      prompt: pick([400, { median: 600, p95: 3000 }]),
      output: between(80, 300),
      targets: [
        pick([
          { metric: "ttft", most: `${between(200, 1500)} ms` },
          { metric: "tpot", most: `${between(15, 70)} ms` },
        ]),
      ],
    },
  }));
  const more = { name: random() < 0.2 ? "box9" : pick(hosts).name, gpu: pick(KINDS) };
  const one = { gpu: more.gpu, count: 1 };
  const others = hosts.map((host) =>
    host.name === more.name ? { ...host, gpus: [...host.gpus, one] } : host,
  );
  const bigger = more.name === "box9" ? [...hosts, { name: "box9", gpus: [one] }] : others;
  return { fleet: { hosts, models }, more: { hosts: bigger, models } };
}

/** Models without a place, and those that carry less than their rate. */
async function refused(written: unknown) {
  const fleet = parseFleetFile("fleet.yaml", JSON.stringify(written));
  const asked = await inputForRates({ file: "fleet.yaml", fleet, nodeLimit: LIMIT });
  const solved = await planCards(asked.problem, { ...asked.input, nodeLimit: LIMIT });
  const { unplaced, sizing = [] } = asked.dressed(solved, asked.problem);
  return { unplaced: unplaced.length, short: sizing.filter(({ isEnough }) => !isEnough).length };
}

test("a card more takes nobody's place, and nobody falls short of its rate by it", async () => {
  for (const seed of SEEDS) {
    const { fleet, more } = twoFleets(seed);
    const [before, after] = [await refused(fleet), await refused(more)];
    expect({ seed, unplaced: after.unplaced <= before.unplaced }).toEqual({ seed, unplaced: true });
    const isSame = after.unplaced === before.unplaced;
    expect({ seed, short: isSame && after.short > before.short }).toEqual({ seed, short: false });
  }
});
