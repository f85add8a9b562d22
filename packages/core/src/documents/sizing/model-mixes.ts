import type { FleetGpu } from "../../hardware/fleet.ts";
import { mayUse } from "../../placement/card-classes.ts";
import type { PlacedFleet } from "../../placement/place-fleet.ts";
import { mostLost } from "../../placement/survive.ts";
import { workloadOf } from "../capacity/workload-of.ts";
import type { FleetProblem } from "../plan-problem.ts";
import { replicasOf } from "../planned-replicas.ts";
import type { Sizing } from "./fleet-solver.ts";
import { type Mix, type MixAsk, mixesFor } from "./mixes.ts";
import { type ReplicaWay, replicaWays } from "./replica-ways.ts";
import type { Size } from "./sizes.ts";

/** A fleet that was solved, and what its models may choose from. */
export interface Enumerated {
  readonly problem: FleetProblem;
  readonly placed: PlacedFleet;
}

/** What mixes of replicas the models of a fleet file may have; what a way to run one serves is looked at once. */
export class ModelMixes {
  private readonly ways = new Map<string, readonly ReplicaWay[]>();
  private readonly sizing: Sizing;

  constructor(sizing: Sizing) {
    this.sizing = sizing;
  }

  /** The best mix that carries more than is needed, or most, where it has its cards for itself. */
  mixOf(sized: Enumerated, name: string, need: number): Mix | undefined {
    const ask = this.askOf(sized, name, need);
    const [mix] = ask === undefined ? [] : mixesFor(this.waysOf(sized, name), ask);
    return mix;
  }

  /** As many replicas of the mix on the same cards with sequences for more than is needed, or for most. */
  roomier(
    sized: Enumerated,
    name: string,
    { mix, need }: { readonly mix: Mix; readonly need: number },
  ): Size | undefined {
    const ask = this.askOf(sized, name, need);
    if (ask === undefined || ask.wanted !== undefined) {
      return undefined;
    }
    const { replicas } = mix.size;
    const placed = sized.placed.replicas.filter(({ model }) => model.name === name);
    const used = new Set(placed.flatMap(({ assignment }) => assignment.cards));
    const cards = sized.placed.cards.filter(({ id }) => used.has(id));
    const own = this.waysOf(sized, name).filter(({ group }) => group === mix.group);
    const [found] = mixesFor(own, {
      ...ask,
      cards,
      leastReplicas: replicas,
      mostReplicas: replicas,
    });
    return found?.size;
  }

  /** What is asked of the mixes of a model; undefined where the fleet has none of the name. */
  askOf({ problem, placed }: Enumerated, name: string, need: number): MixAsk | undefined {
    const model = problem.models.find((one) => one.name === name);
    const written = this.sizing.input.fleet.models.find((one) => one.name === name);
    if (model === undefined || written === undefined) {
      return undefined;
    }
    const own = problem.fleet.gpus.filter((gpu) => mayUse(model, gpu));
    const hosts = new Set(own.map(({ host }) => host));
    return {
      need,
      cards: placed.cards,
      leastReplicas: replicasOf(this.sizing.input.fleet, written),
      mostReplicas: model.isSpread === true ? hosts.size : own.length,
      lostOf: (replicas) => mostLost({ ...model, replicas }),
      wanted: written.concurrency === undefined ? undefined : model.wanted,
      batch: written.maxBatchSize === undefined ? undefined : model.limits.maxBatchSize,
      isPriced: this.priceOf() !== undefined,
    };
  }

  /** What cards cost, where money counts. */
  priceOf(): ((gpu: FleetGpu) => number) | undefined {
    return (this.sizing.input.goals ?? []).flatMap((goal) =>
      goal.id === "cost" ? [goal.priceOf] : [],
    )[0];
  }

  /** Where none meets the targets at any rate, they are left out. */
  waysOf({ placed }: Enumerated, name: string): readonly ReplicaWay[] {
    const known = this.ways.get(name);
    const own = placed.enumerations.find(({ demand }) => demand.model === name);
    const asked = this.sizing.workloads.find(({ model }) => model === name);
    const workload = workloadOf(asked, {})?.workload;
    if (known !== undefined || own === undefined || workload === undefined) {
      return known ?? [];
    }
    const price = this.priceOf() ?? (() => 0);
    const { run } = this.sizing;
    const ways = replicaWays(own, { workload, priceOf: price, known: run.servesOf(name) });
    const canMeet = ways.some(({ serves }) => serves(1).withinTargetsPerSecond > 0);
    const open = { ...workload, targets: [] };
    const found = canMeet
      ? ways
      : replicaWays(own, { workload: open, priceOf: price, known: run.servesOf(`any ${name}`) });
    this.ways.set(name, found);
    return found;
  }
}
