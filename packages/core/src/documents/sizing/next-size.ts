import { mostConcurrent } from "../../capacity/concurrency.ts";
import type { ServingLimits } from "../../capacity/serving-limits.ts";
import { servingModel } from "../../capacity/throughput.ts";
import { tokens } from "../../units/units.ts";
import type { ReplicaModel } from "../capacity/replica-model.ts";
import { servesOf } from "./replica-serves.ts";
import type { Size } from "./sizes.ts";

/** What is known of a model that does not carry its rate yet. */
export interface Short {
  readonly rate: number;
  /** Its slowest replica. */
  readonly replica: ReplicaModel;
  readonly now: Size;
  /** Sequences wanted by all replicas together, where the fleet file says. */
  readonly wanted: number | undefined;
  /** Its batch, where the fleet file says. */
  readonly batch: number | undefined;
  /** Most sequences that a replica can hold, where its cards were too small for what it wanted. */
  readonly mostEach: number;
  /** Replicas that one loss takes of so many. */
  readonly lostOf: (replicas: number) => number;
  readonly mostReplicas: number;
}

/** The largest batch that is tried where the fleet file asks for none; engines' own defaults are of this order. */
export const MOST_EACH = 256;

/**
 * The fewest replicas, and for these the fewest sequences, that carry the rate if all are like the slowest now;
 * at least one of both is more than now. The most replicas where none do; undefined where there are no more.
 */
export function nextSize(short: Short): Size | undefined {
  const { now, mostReplicas, rate, lostOf } = short;
  const known = new Map<number, number>();
  const carry = (each: number): number => {
    const found = known.get(each) ?? carriedWith(short, each);
    known.set(each, found);
    return found;
  };
  for (let replicas = now.replicas; replicas <= mostReplicas; replicas += 1) {
    const left = replicas - lostOf(replicas);
    const enough = eachOf(short, replicas).find(
      (each) => isMore({ replicas, each }, now) && carry(each) * left > rate,
    );
    if (enough !== undefined) {
      return sizeOf(short, replicas, enough);
    }
  }
  const each = eachOf(short, mostReplicas).at(-1) ?? 1;
  return isMore({ replicas: mostReplicas, each }, now)
    ? sizeOf(short, mostReplicas, each)
    : undefined;
}

function isMore({ replicas, each = 1 }: Size, now: Size): boolean {
  return replicas > now.replicas || (now.each !== undefined && each > now.each);
}

function sizeOf({ wanted, replica }: Short, replicas: number, each: number): Size {
  return wanted === undefined
    ? { replicas, each, batch: limitsWith(replica, each).maxBatchSize }
    : { replicas };
}

/** Sequences of each replica to try, ascending: doubled up to the most, or its part of what the file wants. */
function eachOf({ wanted, mostEach }: Short, replicas: number): readonly number[] {
  if (wanted !== undefined) {
    return [Math.min(mostEach, Math.ceil(wanted / replicas))];
  }
  const doubled = Array.from({ length: 32 - Math.clz32(MOST_EACH) }, (_, i) => 2 ** i);
  return [...doubled.filter((each) => each < mostEach), mostEach];
}

/** Requests a second within the targets if the replica held so many sequences. */
function carriedWith({ replica, wanted, batch }: Short, each: number): number {
  const { setting, workload } = replica;
  const own = limitsWith(replica, each);
  const maxBatchSize = batch ?? (wanted === undefined ? own.maxBatchSize : each);
  const limits = { ...own, maxBatchSize };
  const serving = servingModel(setting, limits, workload);
  return servesOf(serving, workload.targets).withinTargetsPerSecond;
}

/**
 * With a KV cache for so many sequences of full length, and a batch for as many average ones as that holds. llama.cpp
 * gives each slot of its batch a whole context.
 */
function limitsWith({ serving, deployment }: ReplicaModel, each: number): ServingLimits {
  const perSequence = deployment.kv.tokens / deployment.concurrentSequences;
  const kvTokens = tokens(Math.floor(each * perSequence));
  const open = { ...serving.limits, kvTokens, maxBatchSize: MOST_EACH };
  const running = Math.ceil(mostConcurrent(serving.shape, open).most);
  const isSlots = deployment.engine.id === "llama.cpp";
  return { ...open, maxBatchSize: isSlots ? each : Math.max(each, running) };
}
