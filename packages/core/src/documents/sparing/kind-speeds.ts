import type { Workload } from "../../capacity/workload.ts";
import type { Candidate } from "../../placement/candidate.ts";
import { kindsIn } from "../../placement/layout.ts";
import { candidateReplica } from "../goal/served-replica.ts";
import { servingOf } from "../goal/serving-of.ts";
import { targetRates } from "../sizing/replica-serves.ts";
import { MOST_EACH } from "../sizing/replica-ways.ts";

/** What one card of a kind adds to what a model serves, at the best. */
export interface KindSpeed {
  /** Catalogue id. */
  readonly kind: string;
  /** Requests a second within the model's targets, and at the most. */
  readonly within: number;
  readonly most: number;
  /** Requests a second within the targets of the fastest replica on such cards alone. */
  readonly ofReplica: number;
  /** And at the most. */
  readonly mostOfReplica: number;
  /** The parts, in [0, 1], of what it serves at the most up to which it meets each target by itself. */
  readonly parts: readonly number[];
}

/**
 * The kinds of cards that a model runs on, fastest first: by what a replica on cards of that kind alone serves when it
 * has them for itself and all of their room. Kinds that it runs on only beside others are not among them.
 */
export function kindSpeeds(
  candidates: Iterable<Candidate>,
  workload: Workload,
): readonly KindSpeed[] {
  const ways = new Map<string, Candidate>();
  for (const candidate of candidates) {
    if (kindsIn(candidate.layout) === 1) {
      ways.set(wayOf(candidate), candidate);
    }
  }
  const best = new Map<string, KindSpeed>();
  for (const candidate of ways.values()) {
    const speed = speedOn(candidate, workload);
    const known = best.get(speed.kind) ?? speed;
    const ofReplica = Math.max(known.ofReplica, speed.ofReplica);
    const mostOfReplica = Math.max(known.mostOfReplica, speed.mostOfReplica);
    const faster = isFaster(speed, known) ? speed : known;
    best.set(speed.kind, { ...faster, ofReplica, mostOfReplica });
  }
  return [...best.values()].toSorted((a, b) => (isFaster(a, b) ? -1 : 1));
}

function isFaster(a: KindSpeed, b: KindSpeed): boolean {
  return a.within === b.within ? a.most > b.most : a.within > b.within;
}

/** Layouts of one kind that differ in the hosts of their cards alone are as fast, near enough. */
function wayOf(candidate: Candidate): string {
  const { layout, weights, model } = candidate;
  return [kindOf(candidate), layout.tp, layout.pp, weights.quantization, model.kvCacheDtype].join();
}

function kindOf({ layout }: Candidate): string {
  return layout.stages.flat()[0]?.cardClass.gpus[0]?.catalogId ?? "";
}

function speedOn(candidate: Candidate, workload: Workload): KindSpeed {
  const { tp, pp } = candidate.layout;
  const replica = candidateReplica(candidate, roomIn(candidate));
  const maxBatchSize = Math.max(replica.limits.maxBatchSize, MOST_EACH);
  const serving = servingOf({ ...replica, limits: { ...replica.limits, maxBatchSize } }, workload);
  const rates = targetRates(serving, workload.targets);
  const most = serving.mostRate;
  const within = Math.min(most, ...rates);
  const cards = tp * pp;
  return {
    kind: kindOf(candidate),
    within: within / cards,
    most: most / cards,
    ofReplica: within,
    mostOfReplica: most,
    parts: rates.map((rate) => (most > 0 ? rate / most : 0)),
  };
}

/** Sequences that its cards have room for alone. */
function roomIn({ layout, option }: Candidate): number {
  const cards = layout.stages.flat().map(({ cardClass }) => cardClass);
  const rooms = option.stages.map(({ fixed, perSequence }, i) =>
    perSequence > 0
      ? Math.floor(((cards[i]?.capacity ?? 0) - fixed) / perSequence)
      : option.mostSequences,
  );
  return Math.max(1, Math.min(...rooms));
}
