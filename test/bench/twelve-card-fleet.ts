import { fleetOf } from "../../packages/core/src/documents/fleet.ts";
import type { FleetFile, FleetModel } from "../../packages/core/src/documents/fleet-file-types.ts";
import { plannedModels } from "../../packages/core/src/documents/planned-models.ts";
import { prepare } from "../../packages/core/src/placement/place-fleet.ts";
import type { PlacementProblem } from "../../packages/core/src/placement/problem.ts";
import { seededRandom } from "../properties/random-placement.ts";

const MODELS = [
  "Qwen/Qwen2.5-0.5B",
  "Qwen/Qwen2.5-1.5B-Instruct",
  "meta-llama/Llama-3.2-3B",
  "Qwen/Qwen2.5-7B-Instruct",
  "meta-llama/Llama-3.1-8B",
  "mistralai/Mistral-Nemo-Instruct-2407",
  "Qwen/Qwen2.5-14B-Instruct",
  "mistralai/Mistral-Small-24B-Instruct-2501",
  "Qwen/Qwen2.5-32B-Instruct",
  "meta-llama/Llama-3.1-70B",
] as const;

/** The first models of the list have two replicas in one case of four. */
const SMALL_MODELS = 5;

/** Eight RTX 3090 and four RTX 4090 with models of the catalogue, priced as `plan` prices them. */
export function twelveCardProblem(at: {
  readonly seed: number;
  readonly models: number;
  /** Multiplies what the models want. */
  readonly load: number;
}): PlacementProblem {
  const file = twelveCardFleet(at);
  const cards = fleetOf("bench", file, undefined);
  const models = plannedModels("bench", file, { cards, files: new Map() });
  return prepare(models, cards).problem;
}

function twelveCardFleet(at: Parameters<typeof twelveCardProblem>[0]): FleetFile {
  const random = seededRandom(at.seed);
  const pick = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(random() * values.length)] ?? values[0];
  const model = (i: number): FleetModel => {
    const id = pick(MODELS);
    const replicas = MODELS.indexOf(id) < SMALL_MODELS && random() < 0.25 ? 2 : 1;
    const isExclusive = random() < 0.1;
    return {
      name: `m${i}`,
      model: id,
      quantization: ["bf16", "int4-awq"],
      maxSeqLen: pick([4096, 8192, 16_384]),
      replicas,
      exclusive: isExclusive,
      concurrency: {
        least: replicas,
        want: Math.max(replicas, at.load * pick([4, 8, 16, 32])),
      },
    };
  };
  return {
    schema: "berth/fleet@1",
    engine: "tensorrt-llm",
    hosts: [
      {
        name: "box",
        gpus: [
          { gpu: "rtx-3090", count: 8 },
          { gpu: "rtx-4090", count: 4 },
        ],
      },
    ],
    models: Array.from({ length: at.models }, (_, i) => model(i)),
  };
}
