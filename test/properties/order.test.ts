import { type FleetFile, parseFleetFile, planFleet } from "@berth/core";
import { expect, test } from "vitest";
import { seededRandom } from "./random-placement.ts";

const KINDS = ["rtx-3080", "rtx-3090", "rtx-4080", "l4-24gb", "rtx-5090"] as const;
const MODELS = ["Qwen/Qwen2.5-14B-Instruct", "Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen3-8B"] as const;

/** One host of unlike cards, a model in two or three stages, and mostly one beside it. */
function unlikeCards(seed: number): FleetFile {
  const random = seededRandom(seed + 0x0dde);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const pp = pick([2, 2, 3]);
  const gpus = Array.from({ length: pp + pick([0, 1]) }, () => ({ gpu: pick(KINDS) }));
  const models = [
    {
      name: "staged",
      model: pick(MODELS),
      tp: 1,
      pp,
      maxSeqLen: 4096,
      concurrency: { least: 1, want: 40 },
    },
    {
      name: "beside",
      model: "Qwen/Qwen2.5-0.5B",
      tp: 1,
      pp: 1,
      maxSeqLen: 4096,
      concurrency: { least: 1, want: 64 },
    },
  ].slice(0, pick([1, 2, 2]));
  const engine = pick(["llama.cpp", "vllm"]);
  return parseFleetFile(
    "fleet.yaml",
    JSON.stringify({ engine, hosts: [{ name: "box", gpus }], models }),
  );
}

async function reachedBy(fleet: FleetFile) {
  const { status, objective, unplaced } = await planFleet({ file: "fleet.yaml", fleet });
  const stage = (id: string) => objective.terms.find((term) => term.id === id)?.value;
  return {
    status,
    unplaced: unplaced.length,
    share: stage("share"),
    sequences: stage("sequences"),
  };
}

test("the order in which cards and models are listed changes no value", {
  timeout: 120_000,
}, async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const fleet = unlikeCards(seed);
    const turned = {
      ...fleet,
      hosts: fleet.hosts?.map((host) => ({ ...host, gpus: [...(host.gpus ?? [])].reverse() })),
      models: [...fleet.models].reverse(),
    };
    expect({ seed, ...(await reachedBy(turned)) }).toEqual({ seed, ...(await reachedBy(fleet)) });
  }
});
