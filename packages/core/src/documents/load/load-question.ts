import { cardClasses } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { deploymentOf, largestFirst } from "../plan-deployments.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { type FleetProblem, type PlanInput, problemOf } from "../plan-problem.ts";
import { asPlanned } from "../sizing/sizes.ts";
import { coldStart } from "../staying/cold-start.ts";
import { modelAt, subjectOf } from "./asked-model.ts";
import { largestWhere } from "./largest-where.ts";
import { type KnownCards, needOf, placedAgain, pricedAgain, variantOf } from "./load-candidate.ts";
import type {
  LoadPoint,
  LoadQuestion,
  LoadSubject,
  LoadVerdict,
  LoadWithin,
} from "./load-types.ts";

/**
 * Asks what one model of a plan could hold on the cards where it is, cut the same way, with all other models as they
 * are planned. Prices are the planner's own, so what fits here is a plan, and one sequence or token more is none.
 * `plan` is the plan of `input`. Throws an InputError for a model that has no place in it.
 */
export function askLoad(input: PlanInput, plan: PlanDocument, name: string): LoadQuestion {
  const asked = askedOf(input, plan, name);
  const { subject } = asked;
  const isWithin = (point: LoadPoint, { mostFraction }: LoadWithin): boolean =>
    againstLimits(subject, point) === undefined &&
    tightestAt(asked, point).leftBytes >= 0 &&
    (mostFraction === undefined || (startedAt(asked, point).fraction ?? 0) <= mostFraction);
  return {
    subject,
    at: (point) => verdictAt(asked, point),
    longest: (sequences, within = {}) =>
      largestWhere(
        subject.maxContext,
        (maxSeqLen) => isWithin({ maxSeqLen, sequences }, within),
        within.guess,
      ),
    most: (maxSeqLen, within = {}) =>
      largestWhere(
        subject.mostSequences ?? MOST_SEQUENCES,
        (sequences) => isWithin({ maxSeqLen, sequences }, within),
        within.guess,
      ),
  };
}

/** As many as a fleet file may ask for. */
const MOST_SEQUENCES = 1_000_000;

interface Asked extends KnownCards {
  readonly input: PlanInput;
  readonly subject: LoadSubject;
  /** Its replicas, and for each the engines that it shares a card with. */
  readonly replicas: readonly {
    readonly own: PlanDeployment;
    readonly beside: readonly PlanDeployment[];
  }[];
  readonly variant: number;
  /** What each card has for this model, by id. */
  readonly room: ReadonlyMap<string, number>;
}

function askedOf(input: PlanInput, plan: PlanDocument, name: string): Asked {
  const problem = problemOf(asPlanned(input, plan));
  const model = problem.models.find((one) => one.name === name);
  const subject = subjectOf(input, plan, model, name);
  const cards = { fleet: problem.fleet, classes: cardClasses(problem.fleet, problem.models) };
  const own = plan.deployments.filter((deployment) => deployment.model === name);
  const used = new Set(own.flatMap(({ gpus }) => gpus));
  const others = plan.deployments.filter(
    (deployment) => deployment.model !== name && deployment.gpus.some((id) => used.has(id)),
  );
  return {
    ...cards,
    input,
    subject,
    replicas: own.map((deployment) => ({
      own: deployment,
      beside: others.filter(({ gpus }) => gpus.some((id) => deployment.gpus.includes(id))),
    })),
    variant: model === undefined || own[0] === undefined ? 0 : variantOf(model, own[0]),
    room: roomFor(used, others, { problem, cards }),
  };
}

/** What CUDA sees, less what others hold, what is kept free, and what the planner counts for the engines beside. */
function roomFor(
  used: ReadonlySet<string>,
  others: readonly PlanDeployment[],
  { problem, cards }: { readonly problem: FleetProblem; readonly cards: KnownCards },
): ReadonlyMap<string, number> {
  const room = new Map<string, number>(
    problem.fleet.gpus
      .filter(({ id }) => used.has(id))
      .map((gpu) => [gpu.id, gpu.memory - gpu.usedByOthers - gpu.reserve]),
  );
  for (const other of others) {
    const model = problem.models.find((one) => one.name === other.model);
    const needs =
      model === undefined
        ? []
        : needOf(
            pricedAgain(other, model, cards, variantOf(model, other)),
            other.concurrentSequences,
          );
    other.gpus.forEach((id, rank) => {
      const left = room.get(id);
      if (left !== undefined) {
        room.set(id, left - (needs[rank] ?? 0));
      }
    });
  }
  return room;
}

function verdictAt(asked: Asked, point: LoadPoint): LoadVerdict {
  const { subject } = asked;
  const limit = againstLimits(subject, point);
  if (limit === "context") {
    const nothing = { tightest: undefined, kvTokens: 0, kvBytes: 0, fraction: undefined };
    return { ...point, fits: false, limit, ...nothing };
  }
  const tightest = tightestAt(asked, point);
  const { kvTokens, kvBytes, fraction } = startedAt(asked, point);
  const isShort = tightest.leftBytes < 0;
  const against = limit ?? (isShort ? "memory" : undefined);
  return {
    ...point,
    fits: against === undefined,
    limit: against,
    tightest,
    kvTokens,
    kvBytes,
    fraction: isShort ? undefined : fraction,
  };
}

/** What no card could mend. */
function againstLimits(
  { maxContext, mostSequences = Number.POSITIVE_INFINITY }: LoadSubject,
  { maxSeqLen, sequences }: LoadPoint,
): "context" | "batch-size" | undefined {
  if (maxSeqLen > maxContext) {
    return "context";
  }
  return sequences > mostSequences ? "batch-size" : undefined;
}

/** The card of all replicas with the least left. */
function tightestAt(
  asked: Asked,
  point: LoadPoint,
): { readonly gpu: string; readonly leftBytes: number } {
  const model = askedModel(asked, point);
  const left = asked.replicas.flatMap(({ own }) => {
    const needs = needOf(pricedAgain(own, model, asked, asked.variant), point.sequences);
    return own.gpus.map((gpu, rank) => ({
      gpu,
      leftBytes: (asked.room.get(gpu) ?? 0) - (needs[rank] ?? 0),
    }));
  });
  return left.reduce((least, one) => (one.leftBytes < least.leftBytes ? one : least));
}

/** What the first replica would hold, and what its engine would be told, started in the planner's order. */
function startedAt(
  asked: Asked,
  point: LoadPoint,
): { readonly kvTokens: number; readonly kvBytes: number; readonly fraction: number | undefined } {
  const { fleet, subject, variant } = asked;
  const model = askedModel(asked, point);
  const started = asked.replicas.map(({ own, beside }) => {
    const candidate = pricedAgain(own, model, asked, variant);
    const placed = placedAgain(candidate, own, { fleet, sequences: point.sequences });
    const changed = deploymentOf(placed);
    const all = coldStart(fleet, [...beside, changed].sort(largestFirst));
    return all.find(({ model: of }) => of === subject.model)?.kv ?? changed.kv;
  });
  const fractions = started.flatMap((kv) =>
    subject.knob === undefined ? [] : (kv[subject.knob] ?? []),
  );
  return {
    kvTokens: started[0]?.tokens ?? 0,
    kvBytes: Math.max(0, ...started.map(({ maxGpuTotalBytes }) => maxGpuTotalBytes)),
    fraction: fractions.length === 0 ? undefined : Math.max(...fractions),
  };
}

function askedModel({ input, fleet, subject }: Asked, point: LoadPoint): PlannedModel {
  return modelAt(input, { cards: fleet, name: subject.model }, point);
}
