import type { FleetGpu } from "../../hardware/fleet.ts";
import type { PlanDocument } from "../plan-document.ts";
import { type FleetProblem, type PlanInput, problemOf } from "../plan-problem.ts";
import {
  type ForRates,
  type RatesSizing,
  searchedFurther,
  sizedForRates,
} from "../sizing/plan-for-rates.ts";
import { replicasServe } from "../sizing/replica-serves.ts";
import { SizingRun } from "../sizing/sizing-run.ts";
import type { SizedWorkload } from "../workload/sized-by-traces.ts";
import { fewerCards } from "./fewer-cards.ts";
import { mostCarried } from "./most-carried.ts";
import { isBetter, outcomeOf } from "./outcome.ts";
import { ownCards } from "./own-cards.ts";
import { refusedIn, refusing, type Tried, troubledIn, type Way, withCards } from "./tried.ts";
import { withUnmet } from "./unmet-rates.ts";

/** Fleets that are sized anew before what was reached counts; mixed fleets of three kinds take two. */
const MOST_TRIES = 12;
/** What a plan says whose search for sizes ended early. */
const CUT_TEXT =
  "the search for replicas that carry the rates ended at its limit of work; not all that may carry more, or cost less, was tried";

/** States that each of their searches may look at: what is found counts, not that nothing is better. */
const TRY_NODE_LIMIT = 2000;

/**
 * As `sizedForRates`, but a model may leave cards empty on which a replica would break its targets first: solvers look
 * at memory alone, and routers send slow replicas their part too. Models that have no place or carry less than their
 * rate are tried without their slowest cards; those that can't carry it on any make room for the others.
 */
export async function sizedSparing(
  input: PlanInput,
  workloads: readonly SizedWorkload[],
  problemFor: (input: PlanInput) => FleetProblem = (own) => problemOf(own),
  run: SizingRun = new SizingRun(),
): Promise<ForRates> {
  return new Sparing({ workloads, problemFor, run }).find(input);
}

class Sparing {
  private tries = 0;
  private readonly workloads: readonly SizedWorkload[];
  private readonly problemFor: (input: PlanInput) => FleetProblem;
  private readonly run: SizingRun;

  constructor({ workloads, problemFor, run }: Omit<RatesSizing, "input">) {
    this.workloads = workloads;
    this.problemFor = problemFor;
    this.run = run;
  }

  async find(input: PlanInput): Promise<ForRates> {
    const first = await this.size({ input, givenUp: new Map() });
    let best = await this.giveUp(first, (model) => !this.mayCarry(first, model));
    for (const model of troubledIn(best)) {
      best = await this.spare(best, model);
    }
    for (const model of refusedIn(best).keys()) {
      best = await this.giveUp(best, (name) => name === model);
    }
    const again = best === first ? first : await this.size(best);
    const isGain = isBetter(again.outcome, first.outcome, first.found.problem.models);
    return this.settled(first, isGain ? again : first);
  }

  /** Whoever has a place once the refused ones have none must carry its rate there too. */
  private async settled(first: Tried, best: Tried): Promise<ForRates> {
    const rounds = [first, best];
    let last = best;
    while (refusedIn(last).size > last.givenUp.size) {
      last = await this.size({ ...last, givenUp: refusedIn(last) });
      rounds.push(last);
    }
    const found = await searchedFurther(this.sizing(last), last.found);
    return {
      ...found,
      dressed: (plan, problem) => this.said(last, found.dressed(plan, problem), problem),
      explained: explainedBy(rounds),
    };
  }

  private said(
    { input: { file } }: Tried,
    plan: PlanDocument,
    problem: FleetProblem,
  ): PlanDocument {
    const { workloads } = this;
    const unmet = withUnmet(plan, replicasServe(file, { ...plan, workloads }, problem), workloads);
    return this.run.isCut
      ? { ...unmet, sizingCut: "limit", warnings: [...unmet.warnings, CUT_TEXT] }
      : unmet;
  }

  /** Without the refused models that are meant, where that helps the others. */
  private async giveUp(best: Tried, isMeant: (model: string) => boolean): Promise<Tried> {
    const meant = [...refusedIn(best)].filter(([model]) => isMeant(model));
    const others = [...best.outcome.unplaced, ...troubledIn(best)].filter((model) =>
      meant.every(([name]) => name !== model),
    );
    if (meant.length === 0 || others.length === 0 || !this.mayGoOn()) {
      return best;
    }
    const way = { ...best, givenUp: new Map([...best.givenUp, ...meant]) };
    const tried = await this.size(way, TRY_NODE_LIMIT);
    return isBetter(best.outcome, tried.outcome, best.found.problem.models) ? best : tried;
  }

  /** The best of what is reached when the model has fewer cards. */
  private async spare(first: Tried, model: string): Promise<Tried> {
    let best = first;
    const all = this.cardsOf(first, model)?.cards.gpus ?? [];
    for (const cards of this.setsFor(first, model)) {
      if (!troubledIn(best).includes(model) || !this.mayGoOn()) {
        return best;
      }
      best = await this.better(best, {
        ...first,
        input: withCards(first.input, model, { cards, all }),
      });
    }
    return best;
  }

  /** Sets of cards on which the model may carry its rate, or more than it does. */
  private setsFor(tried: Tried, name: string): readonly (readonly FleetGpu[])[] {
    const own = this.cardsOf(tried, name);
    if (own === undefined || tried.givenUp.has(name)) {
      return [];
    }
    const carried = tried.outcome.short.find(({ model }) => model === name)?.carried ?? own.rate;
    return fewerCards(own.cards).filter((gpus) => own.most(gpus) > carried);
  }

  private mayCarry(tried: Tried, name: string): boolean {
    const own = this.cardsOf(tried, name);
    return own === undefined || own.most(own.cards.gpus) > own.rate;
  }

  private cardsOf({ found, input }: Tried, name: string) {
    const asked = this.workloads.find((one) => one.model === name);
    const model = found.sized.problem.models.find((one) => one.name === name);
    const written = input.fleet.models.find((one) => one.name === name);
    const cards =
      asked === undefined || model === undefined ? undefined : ownCards(found.sized, model, asked);
    return cards === undefined || model === undefined
      ? undefined
      : {
          cards,
          rate: asked?.requestsPerSecond ?? 0,
          most: (gpus: readonly FleetGpu[]) =>
            mostCarried(model, written?.replicas !== undefined, { ...cards, gpus }),
        };
  }

  private async better(best: Tried, way: Way): Promise<Tried> {
    const tried = await this.size(way, TRY_NODE_LIMIT);
    return isBetter(tried.outcome, best.outcome, tried.found.problem.models) ? tried : best;
  }

  private mayGoOn(): boolean {
    return this.tries < MOST_TRIES && this.run.mayGoOn();
  }

  private async size(way: Way, most = Number.POSITIVE_INFINITY): Promise<Tried> {
    this.tries += 1;
    const { input, givenUp } = way;
    const found = await sizedForRates(this.sizing(way, most));
    return { input, givenUp, found, outcome: outcomeOf(found, this.workloads) };
  }

  private sizing({ input, givenUp }: Way, most = Number.POSITIVE_INFINITY): RatesSizing {
    const nodeLimit = Math.min(most, input.nodeLimit ?? Number.POSITIVE_INFINITY);
    return {
      input: Number.isFinite(nodeLimit) ? { ...input, nodeLimit } : input,
      workloads: this.workloads,
      problemFor: (own) => refusing(this.problemFor(own), givenUp),
      run: this.run,
    };
  }
}

/** Each round knows why it refused models. */
function explainedBy(rounds: readonly Tried[]): ForRates["explained"] {
  const each = [...new Set(rounds.map(({ found }) => found.explained))];
  return (plan) =>
    each.reduce(async (explained, explain) => explain(await explained), Promise.resolve(plan));
}
