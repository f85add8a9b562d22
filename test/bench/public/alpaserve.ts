import type {
  Demand,
  Option,
  PlacementProblem,
} from "../../../packages/core/src/placement/problem.ts";
import { bytes, GIB } from "../../../packages/core/src/units/units.ts";

/** A test case: so many copies of one model on so many cards. */
export interface AlpaServeCase {
  readonly name: string;
  readonly devices: number;
  readonly models: number;
  /** Billions; stored in FP16. */
  readonly parameters: number;
}

/**
 * Cases of AlpaServe's artifact (alpa-projects/mms at dba47b1, osdi23_artifact/equal_model_suite.py): the
 * fixed sizes, and the largest count of models, where not all fit. Its models keep no KV cache.
 */
export const ALPASERVE: readonly AlpaServeCase[] = [
  { name: "AlpaServe, 48 x 6.7B on 64 V100", devices: 64, models: 48, parameters: 6.7 },
  { name: "AlpaServe, 108 x 6.7B on 64 V100", devices: 64, models: 108, parameters: 6.7 },
  { name: "AlpaServe, 48 x 2.6B on 32 V100", devices: 32, models: 48, parameters: 2.6 },
  { name: "AlpaServe, 128 x 2.6B on 32 V100", devices: 32, models: 128, parameters: 2.6 },
  { name: "AlpaServe, 4 x 103.5B on 64 V100", devices: 64, models: 4, parameters: 103.5 },
];

/** Cards of one p3.16xlarge. */
const CARDS_PER_HOST = 8;
/** `mem_budget` of the artifact: what of a card's 16 GB may hold weights. */
const CARD_BYTES = bytes(13 * GIB);
const BYTES_PER_PARAMETER = 2;
/** Pipeline stages of equal size; AlpaServe's groups go over hosts, ours stay in one. */
const STAGES = [1, 2, 4, 8] as const;

/** The case as a packing problem: every model once, wherever its stages fit. */
export function alpaServeProblem({ devices, models, parameters }: AlpaServeCase): PlacementProblem {
  const options = STAGES.map((stages) => pipeline(stages, parameters * 1e9 * BYTES_PER_PARAMETER));
  return {
    cards: Array.from({ length: devices }, (_, i) => ({
      id: `host${Math.floor(i / CARDS_PER_HOST)}:${i % CARDS_PER_HOST}`,
      host: `host${Math.floor(i / CARDS_PER_HOST)}`,
      cardClass: "v100",
      capacity: CARD_BYTES,
    })),
    demands: Array.from({ length: models }, (_, i) => once(`m${i}`, options)),
  };
}

function pipeline(stages: number, weights: number): Option {
  const fixed = bytes(Math.ceil(weights / stages));
  return {
    id: `pp${stages}`,
    preference: 0,
    stages: [{ cardClass: "v100", ranks: stages, fixed, perSequence: bytes(0) }],
    mostSequences: 1,
  };
}

function once(model: string, options: readonly Option[]): Demand {
  return {
    model,
    priority: 0,
    replicas: 1,
    least: 1,
    wanted: 1,
    isExclusive: false,
    avoids: [],
    options,
  };
}
