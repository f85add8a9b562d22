import { mayUse } from "../../placement/card-classes.ts";
import type { PlacedFleet } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { mostLost } from "../../placement/survive.ts";
import { assemblePlan } from "../assemble-plan.ts";
import { limitOfSeveral } from "../node-limit.ts";
import type { PlanDocument } from "../plan-document.ts";
import { type FleetProblem, type PlanInput, problemOf, solveProblem } from "../plan-problem.ts";
import type { PlanWorkload } from "../workload/plan-workload.ts";
import { type Carried, carriedIn, leastCarried } from "./carried.ts";
import { MOST_EACH, nextSize } from "./next-size.ts";
import { replicasServe, type Served } from "./replica-serves.ts";
import { type Size, withSizes } from "./sizes.ts";

/** A fleet that was solved with these sizes. */
export interface Sized {
  readonly sizes: ReadonlyMap<string, Size>;
  readonly problem: FleetProblem;
  readonly placed: PlacedFleet;
  readonly plan: PlanDocument;
  readonly served: readonly Served[];
}

/** Fleets that are solved to find the sizes; most take three. */
const MOST_SOLVES = 16;
/** A size that carries no more than this much more than the one before it is no gain. */
const LEAST_GAIN = 1.01;

/**
 * As many replicas of each model without a fixed number as its rate and targets need, grown from one until they carry
 * it or the fleet has no room for more: a model that loses its place by that, or gains nothing, keeps its size.
 */
export class FleetSizes {
  private solves = 0;
  private readonly input: PlanInput;
  private readonly workloads: readonly PlanWorkload[];
  /** Models that don't grow any more. */
  private readonly done = new Set<string>();

  private readonly problemFor: (input: PlanInput) => FleetProblem;

  constructor(
    input: PlanInput,
    workloads: readonly PlanWorkload[],
    problemFor: (input: PlanInput) => FleetProblem = (own) => problemOf(own),
  ) {
    this.input = input;
    this.workloads = workloads;
    this.problemFor = problemFor;
  }

  async find(): Promise<Sized> {
    let best = await this.solve(this.firstSizes());
    while (this.solves < MOST_SOLVES) {
      const next = this.grown(best);
      if (next.size === 0) {
        return best;
      }
      best = await this.tryAll(best, next);
    }
    return best;
  }

  /** All of them at once; where that takes someone's place, or is no gain, one after another. */
  private async tryAll(best: Sized, next: ReadonlyMap<string, Size>): Promise<Sized> {
    const all = await this.solve(new Map([...best.sizes, ...next]));
    if ([...next.keys()].every((model) => isBetter(all, best, model))) {
      return all;
    }
    let reached = best;
    for (const [model, size] of next) {
      reached = await this.tryOne(reached, model, size);
    }
    return reached;
  }

  /** As much of the growth as there is room for, by halving. */
  private async tryOne(best: Sized, model: string, size: Size): Promise<Sized> {
    let reached = best;
    let low = best.sizes.get(model)?.replicas ?? 1;
    let high = size.replicas + 1;
    let { replicas } = size;
    do {
      const tried = await this.solve(new Map([...best.sizes, [model, { ...size, replicas }]]));
      const isGood = isBetter(tried, reached, model);
      reached = isGood ? tried : reached;
      [low, high] = isGood ? [replicas, high] : [low, replicas];
      replicas = Math.floor((low + high) / 2);
    } while (high - low > 1 && this.solves < MOST_SOLVES);
    if (reached.sizes.get(model)?.replicas !== size.replicas || reached === best) {
      this.done.add(model);
    }
    return reached;
  }

  private firstSizes(): ReadonlyMap<string, Size> {
    const { models } = this.problemFor(this.input);
    return new Map(
      this.derived().map((written) => {
        const replicas = models.find(({ name }) => name === written.name)?.replicas ?? 1;
        return [
          written.name,
          written.concurrency === undefined ? { replicas, each: 1, batch: 1 } : { replicas },
        ];
      }),
    );
  }

  private derived(): PlanInput["fleet"]["models"] {
    return this.input.fleet.models.filter(
      ({ name, replicas }) => replicas === undefined && this.rateOf(name) !== undefined,
    );
  }

  /** Undefined where lengths or rate are a trace's, or nobody's. */
  private rateOf(name: string): number | undefined {
    const own = this.workloads.find(({ model }) => model === name);
    return own?.prompt === undefined || own.output === undefined
      ? undefined
      : own.requestsPerSecond;
  }

  /** The next size of each model that carries too little. */
  private grown(best: Sized): ReadonlyMap<string, Size> {
    return new Map(
      this.derived().flatMap(({ name }): [string, Size][] => {
        const rate = this.rateOf(name) ?? 0;
        const isShort = leastCarried(carriedOf(best, name)) <= rate;
        const next = isShort && !this.done.has(name) ? this.nextOf(best, name, rate) : undefined;
        return next === undefined ? [] : [[name, next]];
      }),
    );
  }

  private nextOf(best: Sized, name: string, rate: number): Size | undefined {
    const own = best.served.filter(({ deployment }) => deployment.model === name);
    const [slowest] = own.toSorted((a, b) => withinOf(a) - withinOf(b));
    const model = best.problem.models.find((one) => one.name === name);
    const now = best.sizes.get(name);
    if (slowest === undefined || model === undefined || now === undefined) {
      return undefined;
    }
    const { concurrentSequences } = slowest.deployment;
    const isFull = concurrentSequences < Math.ceil(model.wanted / model.replicas);
    const cards = best.problem.fleet.gpus.filter((gpu) => mayUse(model, gpu)).length;
    return nextSize({
      rate,
      replica: slowest.replica,
      now,
      wanted: now.each === undefined ? model.wanted : undefined,
      batch: this.isBatchSaid(name) ? slowest.deployment.maxBatchSize : undefined,
      mostEach: isFull ? concurrentSequences : MOST_EACH,
      lostOf: (replicas) => mostLost({ ...model, replicas }),
      mostReplicas: Math.floor(cards / fewestRanks(best.placed, name)),
    });
  }

  private isBatchSaid(name: string): boolean {
    const own = this.input.fleet.models.find((model) => model.name === name);
    return own?.maxBatchSize !== undefined;
  }

  private async solve(sizes: ReadonlyMap<string, Size>): Promise<Sized> {
    this.solves += 1;
    const fleet = withSizes(this.input.fleet, sizes);
    const problem = this.problemFor({ ...this.input, fleet });
    const { nodeLimit = limitOfSeveral(problem.fleet.gpus.length) } = this.input;
    const placed = await solveProblem(problem, { ...this.input, nodeLimit });
    const { workloads } = this;
    const plan = { ...assemblePlan(problem.fleet, placed, problem.chanceWanted), workloads };
    return { sizes, problem, placed, plan, served: replicasServe(this.input.file, plan, problem) };
  }
}

/** Cards of the smallest way to run one replica. */
function fewestRanks({ enumerations }: PlacedFleet, name: string): number {
  const own = enumerations.find(({ demand }) => demand.model === name)?.demand.options ?? [];
  return Math.min(...own.map(({ stages }) => stages.reduce((sum, { ranks }) => sum + ranks, 0)));
}

function withinOf({ deployment }: Served): number {
  return deployment.serves.withinTargetsPerSecond;
}

/** What a model carries in a fleet that was solved. */
function carriedOf({ plan, problem, served }: Sized, name: string): Carried {
  const own = served.flatMap(({ deployment }) => (deployment.model === name ? [deployment] : []));
  return carriedIn(plan, own, lossOf(problem.models, name));
}

function lossOf(models: readonly PlannedModel[], name: string): "gpu" | "host" | undefined {
  return models.find((model) => model.name === name)?.survives?.loss;
}

/** Nobody lost its place, and the model carries more. */
function isBetter(after: Sized, before: Sized, model: string): boolean {
  const placed = (sized: Sized): readonly string[] => sized.plan.unplaced.map((one) => one.model);
  const [was, is] = [before, after].map((sized) => leastCarried(carriedOf(sized, model)));
  return (
    placed(after).every((name) => placed(before).includes(name)) &&
    (is ?? 0) > (was ?? 0) * LEAST_GAIN
  );
}
