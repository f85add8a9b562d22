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
/** Pipeline stages of equal size on one host. */
const STAGES = [1, 2, 4, 8] as const;
/** Hosts that a model too large for one goes over, with as many stages as these have cards. */
const HOSTS_ACROSS = 2;

/** The case as a packing problem: every model once, wherever its stages fit. */
export function alpaServeProblem(one: AlpaServeCase): PlacementProblem {
  const weights = one.parameters * 1e9 * BYTES_PER_PARAMETER;
  const isAcross = weights > CARDS_PER_HOST * CARD_BYTES;
  const hosts = Array.from({ length: one.devices / CARDS_PER_HOST }, (_, i) => `host${i}`);
  const classOn = (host: string): string => (isAcross ? `v100 on ${host}` : "v100");
  const options = isAcross
    ? across(hosts.map(classOn), weights)
    : STAGES.map((stages) => pipeline(["v100"], stages, weights));
  return {
    cards: hosts.flatMap((host) =>
      Array.from({ length: CARDS_PER_HOST }, (_, i) => ({
        id: `${host}:${i}`,
        host,
        cardClass: classOn(host),
        capacity: CARD_BYTES,
      })),
    ),
    demands: Array.from({ length: one.models }, (_, i) => once(`m${i}`, options)),
  };
}

/** Over every two hosts: half of the stages on each, as `acrossHosts` lets a fleet's model go. */
function across(classes: readonly string[], weights: number): readonly Option[] {
  return classes.flatMap((first, i) =>
    classes
      .slice(i + 1)
      .map((second) => pipeline([first, second], HOSTS_ACROSS * CARDS_PER_HOST, weights)),
  );
}

/** Equal stages, as many on cards of each class. */
function pipeline(classes: readonly string[], stages: number, weights: number): Option {
  const fixed = bytes(Math.ceil(weights / stages));
  const ranks = stages / classes.length;
  return {
    id: `pp${stages} on ${classes.join(", ")}`,
    preference: 0,
    stages: classes.map((cardClass) => ({ cardClass, ranks, fixed, perSequence: bytes(0) })),
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
