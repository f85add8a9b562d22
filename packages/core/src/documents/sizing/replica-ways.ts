import type { ServingModel } from "../../capacity/serving-model.ts";
import { slowed } from "../../capacity/slowed.ts";
import { servingModel } from "../../capacity/throughput.ts";
import type { Workload } from "../../capacity/workload.ts";
import type { FleetGpu } from "../../hardware/fleet.ts";
import type { Candidate } from "../../placement/candidate.ts";
import type { Enumeration } from "../../placement/enumerate.ts";
import type { SettledWay } from "../../placement/planned-model.ts";
import type { Stage } from "../../placement/problem.ts";
import { deploymentLimits } from "../capacity/deployment-speed.ts";
import { candidateReplica, type ServedReplica } from "../goal/served-replica.ts";
import { speedOf } from "../goal/serving-of.ts";
import type { PlanServes } from "./plan-sizing.ts";
import { servesOf } from "./replica-serves.ts";

/** The largest batch that is tried where the fleet file asks for none; engines' own defaults are of this order. */
export const MOST_EACH = 256;

/** What a replica serves that holds so many sequences, and the batch that it takes for that. */
export interface WayServes extends PlanServes {
  readonly batch: number;
  /** By what it serves that. */
  readonly serving: () => ServingModel;
}

/** One way to run one replica, as sizing weighs it: as if it had its cards for itself. */
export interface ReplicaWay {
  /** Ways of one group differ in their cards alone. */
  readonly group: string;
  /** Steps below what is liked best. */
  readonly preference: number;
  /** Cards that it takes of each class. */
  readonly cards: ReadonlyMap<string, number>;
  readonly ranks: number;
  /** What its cards cost; 0 where nothing does. */
  readonly price: number;
  /** Sequences of full length that its cards have room for. */
  readonly room: number;
  /** The ranks of each pipeline stage, and what each of them holds. */
  readonly stages: readonly Stage[];
  readonly targets: Workload["targets"];
  /** How it runs: what its group is made of. */
  readonly runs: Omit<SettledWay, "gpus">;
  /** As it serves so many sequences where others on its cards make its steps take so many times as long. */
  readonly servingBeside: (each: number, times: number) => ServingModel;
  /** With a batch for as many average sequences as it holds of full length, unless one is given. */
  readonly serves: (each: number, batch?: number) => WayServes;
}

/** What ways to run a model are asked for. */
interface Around {
  readonly workload: Workload;
  readonly priceOf: (gpu: FleetGpu) => number;
  /** What ways of the model serve of the workload, as far as it was asked; more is added. */
  readonly known: Map<string, WayServes>;
}

/** All ways to run one replica of a model that has this workload. */
export function replicaWays(
  { candidates }: Pick<Enumeration, "candidates">,
  around: Around,
): readonly ReplicaWay[] {
  return [...candidates.values()].map((candidate) => wayOf(candidate, around));
}

function wayOf(candidate: Candidate, around: Around): ReplicaWay {
  const { workload, priceOf, known } = around;
  const { layout, option, weights, model, parallelism } = candidate;
  const { kvCacheDtype, ep, limits } = model;
  const stages = layout.stages.flat();
  const cards = new Map<string, number>();
  for (const { cardClass, ranks } of stages) {
    cards.set(cardClass.id, (cards.get(cardClass.id) ?? 0) + ranks);
  }
  const replica = candidateReplica(candidate, 1);
  const run = [weights.quantization, kvCacheDtype, ep, limits.maxNumTokens, limits.maxBatchSize];
  const key = JSON.stringify([run, parallelism, speedKey(replica)]);
  return {
    group: [...run, layout.tp, layout.pp].join(),
    preference: option.preference,
    cards,
    ranks: stages.reduce((sum, { ranks }) => sum + ranks, 0),
    price: stages.reduce(
      (sum, { cardClass, ranks }) => sum + ranks * Math.min(...cardClass.gpus.map(priceOf)),
      0,
    ),
    room: roomOf(candidate),
    stages: option.stages,
    targets: workload.targets,
    runs: {
      quantization: weights.quantization,
      kvCacheDtype,
      ep,
      tp: layout.tp,
      pp: layout.pp,
    },
    servingBeside: (each, times) =>
      besides(`${each} ${times} ${key}`, around, () =>
        servingWith(replica, workload, { each, batch: undefined, times }),
      ),
    serves: (each, batch) => {
      const own = `${each} ${batch} ${key}`;
      const serves = known.get(own) ?? servesWith(replica, workload, { each, batch });
      known.set(own, serves);
      return serves;
    },
  };
}

/** What its speed depends on beside how it runs: which of several hosts it is on makes no difference. */
function speedKey({ stages, hasPeerToPeer }: ServedReplica): unknown {
  const hosts = [...new Set(stages.flat().map(({ host }) => host))];
  return [
    hasPeerToPeer,
    stages.map((stage) => stage.map(({ host, spec }) => [hosts.indexOf(host), spec.id])),
  ];
}

function roomOf({ option, layout }: Candidate): number {
  const capacities = layout.stages.flat().map(({ cardClass }) => cardClass.capacity);
  const rooms = option.stages.map(({ fixed, perSequence }, i) =>
    perSequence > 0 ? Math.floor(((capacities[i] ?? 0) - fixed) / perSequence) : MOST_EACH,
  );
  return Math.max(1, Math.min(MOST_EACH, ...rooms));
}

function besides(key: string, { workload }: Around, compute: () => ServingModel): ServingModel {
  const own = beside.get(workload) ?? new Map<string, ServingModel>();
  beside.set(workload, own);
  const serving = own.get(key) ?? compute();
  own.set(key, serving);
  return serving;
}

const beside = new WeakMap<Workload, Map<string, ServingModel>>();

function servesWith(
  replica: ServedReplica,
  workload: Workload,
  { each, batch }: { readonly each: number; readonly batch: number | undefined },
): WayServes {
  const serving = servingWith(replica, workload, { each, batch, times: 1 });
  const running =
    replica.engine.id === "llama.cpp" ? each : Math.max(each, Math.ceil(serving.concurrency.most));
  return {
    ...servesOf(serving, workload.targets),
    batch: batch ?? running,
    serving: () => servingWith(replica, workload, { each, batch, times: 1 }),
  };
}

/** llama.cpp gives each slot of its batch a whole context. */
function servingWith(
  replica: ServedReplica,
  workload: Workload,
  {
    each,
    batch,
    times,
  }: { readonly each: number; readonly batch: number | undefined; readonly times: number },
): ServingModel {
  const { engine, limits } = replica;
  const kv = { tokens: each * limits.maxSeqLen };
  const isSlots = engine.id === "llama.cpp";
  const open = { ...limits, maxBatchSize: batch ?? (isSlots ? each : MOST_EACH) };
  return servingModel(
    slowed(speedOf(replica), times),
    deploymentLimits({ engine, ...open, kv }),
    workload,
  );
}
