import type { PlanInput } from "../plan-problem.ts";
import { carriedOf } from "./carried-of.ts";
import { isBetter, isNoWorse } from "./compare-sized.ts";
import { type Sizing, solveTrial } from "./fleet-solver.ts";
import { leavesNobodyOut } from "./leaves-nobody-out.ts";
import type { Mix } from "./mixes.ts";
import { ModelMixes } from "./model-mixes.ts";
import type { Sized } from "./sized.ts";
import { apart, between, partly, type Size } from "./sizes.ts";
import { sizedTogether } from "./together/sized-together.ts";

/** Fleets that are solved to find the sizes; most take two. */
const MOST_SOLVES = 16;
/**
 * Sequences are for this much more than the rate where cards have room: near what a cache carries on average requests
 * wait and are paused, which the simulation shows and means do not.
 */
const HEADROOM = 1.25;
/** The least part of them that is tried: batches for more take room that the first look did not count. */
const LEAST_PART = 0.5;
/** What replicas are taken to carry of what was expected where they carried nothing. */
const LEAST_CARRIED = 0.5;
/** How much more is asked for at least where something was too little, and at most. */
const LEAST_MORE = 1.2;
const MOST_ASKED = 4;

/**
 * As many replicas of each model without a fixed number as its rate and targets need. What each way to run a replica
 * carries alone says which mix of them is best; where others on its cards take from that, it is asked for more, and less
 * again where that was too much. A model that takes another's place by it, or gains nothing, keeps what it had. Where there are several,
 * all that is done once more with cards of their own for each: what each carries is then what was expected, often on fewer cards.
 */
export class FleetSizes {
  private solves = 0;
  private readonly sizing: Sizing;
  /** Models that don't grow any more. */
  private readonly done = new Set<string>();
  private readonly ways: ModelMixes;
  /** What each model was sized by last, and what was asked of it. */
  private readonly mixes = new Map<string, Mix>();
  private readonly needs = new Map<string, number>();
  /** Most replicas of each model that were found to be too few. */
  private readonly short = new Map<string, number>();
  /** Whether each model that is sized takes cards that no other is on. */
  private readonly isApart: boolean;

  constructor(sizing: Sizing, isApart = false) {
    this.isApart = isApart;
    this.sizing = sizing;
    this.ways = new ModelMixes(sizing);
  }

  async find(): Promise<Sized> {
    const shared = await this.search();
    if (this.derived().length < 2 || !this.sizing.run.mayGoOn()) {
      return this.roomier(shared);
    }
    const own = new FleetSizes(this.sizing, true);
    const apart = await own.search();
    const isApartBetter = leavesNobodyOut(apart) && isBetter(apart, shared);
    const best = isApartBetter ? apart : shared;
    const together = await this.together(best);
    return together === best ? (isApartBetter ? own : this).roomier(best) : together;
  }

  /** Where that is better, what looking at mixes of all models at once finds. */
  private async together(best: Sized): Promise<Sized> {
    return sizedTogether(this.sizing, {
      first: await this.solve(this.firstSizes()),
      ways: this.ways,
      rates: this.derived().map(({ name }) => ({ name, rate: this.rateOf(name) })),
      best,
      isEnough: !this.isShort(best),
      headroom: HEADROOM,
    });
  }

  private async search(): Promise<Sized> {
    const first = await this.solve(this.firstSizes());
    let best = first;
    let next = this.sizesBy((name) => this.ways.mixOf(first, name, this.rateOf(name)));
    while (next.size > 0 && this.mayGoOn()) {
      best = await this.tryAll(best, next);
      next = this.grown(best);
    }
    for (const { name } of this.derived()) {
      best = await this.shrunk(best, name);
    }
    return best;
  }

  private isShort(best: Sized): boolean {
    return this.derived().some(({ name }) => carriedOf(best, name) <= this.rateOf(name));
  }

  /** With sequences for more than the rate, or some of them, where that takes nothing from anybody. */
  private async roomier(best: Sized): Promise<Sized> {
    const more = new Map(
      this.derived().flatMap(({ name }) => {
        const size = this.roomierOf(best, name);
        return size === undefined ? [] : [[name, size] as const];
      }),
    );
    for (
      let part = 1;
      more.size > 0 && part >= LEAST_PART && this.sizing.run.mayGoOn();
      part /= 2
    ) {
      const sizes = [...more].map(
        ([name, size]) => [name, between(best.sizes.get(name) ?? size, size, part)] as const,
      );
      const tried = await this.solve(new Map([...best.sizes, ...sizes]));
      if (isNoWorse(tried, best)) {
        return tried;
      }
    }
    return best;
  }

  private roomierOf(best: Sized, name: string): Size | undefined {
    const mix = this.mixes.get(name);
    const now = best.sizes.get(name);
    if (mix === undefined || now?.replicas !== mix.size.replicas) {
      return undefined;
    }
    const need = HEADROOM * Math.max(this.rateOf(name), this.needs.get(name) ?? 0);
    const size = this.ways.roomier(best, name, { mix, need });
    return (size?.each ?? 0) > (now.each ?? 0) ? size : undefined;
  }

  /** All of them at once, or a part of that; where that takes someone's place, or is no gain, one after another. */
  private async tryAll(best: Sized, next: ReadonlyMap<string, Size>): Promise<Sized> {
    let reached = best;
    for (const sizes of partly(best.sizes, next)) {
      const all = await this.solve(new Map([...best.sizes, ...sizes]));
      reached = isBetter(all, best) ? all : best;
      if (reached === all || !this.mayGoOn()) {
        break;
      }
    }
    if ([...next].every(([name, size]) => reached.sizes.get(name)?.replicas === size.replicas)) {
      return reached;
    }
    for (const [model, size] of next) {
      reached = await this.tryOne(reached, model, size, next.size === 1);
    }
    return reached;
  }

  /** As much of the growth as there is room for, by halving; all of it was tried already, or is tried first. */
  private async tryOne(best: Sized, model: string, size: Size, isTried: boolean): Promise<Sized> {
    const withReplicas = (replicas: number): Promise<Sized> =>
      this.solve(new Map([...best.sizes, [model, { ...size, replicas }]]));
    const all = isTried ? best : await withReplicas(size.replicas);
    if (all !== best && isBetter(all, best)) {
      return all;
    }
    let reached = best;
    let low = best.sizes.get(model)?.replicas ?? 1;
    let high = size.replicas;
    while (high - low > 1 && this.mayGoOn()) {
      const replicas = Math.floor((low + high) / 2);
      const tried = await withReplicas(replicas);
      const isGood = isBetter(tried, reached);
      reached = isGood ? tried : reached;
      [low, high] = isGood ? [replicas, high] : [low, replicas];
    }
    if (size.replicas > low) {
      this.done.add(model);
    }
    return reached;
  }

  private firstSizes(): ReadonlyMap<string, Size> {
    const { models } = this.sizing.problemFor(this.sizing.input);
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
    return this.sizing.input.fleet.models.filter(
      ({ name, replicas }) => replicas === undefined && this.rateOf(name) > 0,
    );
  }

  /** 0 where nobody says how long requests are, or how many they are. */
  private rateOf(name: string): number {
    const own = this.sizing.workloads.find(({ model }) => model === name);
    return own?.prompt === undefined || own.output === undefined ? 0 : (own.requestsPerSecond ?? 0);
  }

  private sizesBy(mixOf: (name: string) => Mix | undefined): ReadonlyMap<string, Size> {
    return new Map(
      this.derived().flatMap(({ name }): [string, Size][] => {
        const mix = mixOf(name);
        if (mix === undefined) {
          return [];
        }
        this.mixes.set(name, mix);
        return [[name, mix.size]];
      }),
    );
  }

  /** The next size of each model that carries too little. */
  private grown(best: Sized): ReadonlyMap<string, Size> {
    return this.sizesBy((name) => {
      const rate = this.rateOf(name);
      const carried = carriedOf(best, name);
      const mix = this.mixes.get(name);
      const asked = this.needs.get(name) ?? rate;
      if (carried > rate || mix === undefined || this.done.has(name) || asked > MOST_ASKED * rate) {
        return undefined;
      }
      this.short.set(name, Math.max(this.short.get(name) ?? 0, mix.size.replicas));
      const part = carried > 0 ? carried / mix.carries : LEAST_CARRIED;
      const need = Math.max(asked * LEAST_MORE, Math.min(MOST_ASKED * rate, rate / part));
      const next = this.ways.mixOf(best, name, need);
      const isSame = next?.size.replicas === mix.size.replicas;
      this.needs.set(name, isSame ? Math.max(need, asked * 2) : need);
      return next;
    });
  }

  /** As few replicas as are enough beside the others, where more were asked for than alone. */
  private async shrunk(best: Sized, name: string): Promise<Sized> {
    let reached = best;
    let low = this.short.get(name) ?? Number.POSITIVE_INFINITY;
    let high = best.sizes.get(name)?.replicas ?? 0;
    while (high - low > 1 && this.mayGoOn()) {
      const replicas = Math.floor((low + high) / 2);
      const size = { ...reached.sizes.get(name), replicas };
      const tried = await this.solve(new Map([...reached.sizes, [name, size]]));
      const isGood = isBetter(tried, reached);
      reached = isGood ? tried : reached;
      [low, high] = isGood ? [low, replicas] : [replicas, high];
    }
    return reached;
  }

  private mayGoOn(): boolean {
    return this.solves < MOST_SOLVES && this.sizing.run.mayGoOn();
  }

  private solve(asked: ReadonlyMap<string, Size>): Promise<Sized> {
    this.solves += 1;
    const sizes = this.isApart ? apart(asked) : asked;
    return solveTrial(this.sizing, { sizes, needs: this.needs });
  }
}
