import type { Fleet } from "../hardware/fleet.ts";
import { linkWeakness } from "../hardware/link-weakness.ts";
import type { Quantization } from "../model/quantization.ts";
import type { Reason } from "../report/reason.ts";
import { type CardClass, cardClasses, cardsOf } from "./card-classes.ts";
import type { Enumeration } from "./enumerate.ts";
import { enumerateOnce, type LinkedPlace } from "./enumerate-once.ts";
import { hostLimits } from "./host-limit.ts";
import { hasManyCards } from "./layouts.ts";
import { leastLinksIn } from "./least-links.ts";
import { peersIn } from "./place-fleet.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { Demand, PlacementProblem } from "./problem.ts";
import { twinsOf } from "./twin-hosts.ts";
import type { Work } from "./work.ts";

/** What a model may be run as: itself, or other ways that take its place. They agree in all but precision and layout. */
export type Variants = readonly [PlannedModel, ...PlannedModel[]];

/** A model that may be run as any of its variants. */
export interface FlexibleModel {
  readonly name: string;
  /** Tells equal variants again, so that the same objects stand for them. */
  readonly key: string;
  readonly variants: () => Variants;
}

/** What a flexible model may choose from, and why the rest was dropped. */
export interface FlexibleDemand {
  readonly demand: Demand;
  readonly variants: Variants;
  /** Precision of each option, by its id. */
  readonly quantizations: ReadonlyMap<string, Quantization>;
  readonly dropped: readonly Reason[];
}

/** A fleet's problem when some of its models are flexible. */
export interface FlexibleProblem {
  readonly problem: PlacementProblem;
  readonly demands: readonly FlexibleDemand[];
  readonly classes: readonly CardClass[];
}

/** Problems of flexible models on variants of one fleet; what was enumerated for one is kept for the next. */
export class FlexibleProblems {
  private readonly variants = new Map<string, Variants>();
  private readonly isQuick: boolean;

  /** Only with the likeliest layouts where it is to be quick: there may be room where these find none. */
  constructor(isQuick: boolean) {
    this.isQuick = isQuick;
  }

  /** What is enumerated is counted in `work`. */
  of(models: readonly FlexibleModel[], fleet: Fleet, work?: Work): FlexibleProblem {
    const variants = models.map((model) => this.variantsOf(model));
    const classes = cardClasses(
      fleet,
      variants.map(([first]) => first),
    );
    const twins = twinsOf(classes, fleet.links);
    const unlike = classes.filter(({ id }) => twins.get(id) === id);
    const place = {
      classes: unlike,
      links: fleet.links,
      peersOf: peersIn(fleet),
      leastLinks: leastLinksIn(linkWeakness(fleet.links)),
      work,
      isQuick: this.isQuick || hasManyCards(fleet),
    };
    const demands = variants.map((own) => demandOf(own, place));
    const problem = {
      cards: cardsOf(classes, twins),
      demands: demands.map(({ demand }) => demand),
      ...hostLimits(fleet),
    };
    return { problem, demands, classes };
  }

  private variantsOf(model: FlexibleModel): Variants {
    const key = `${model.name}/${model.key}`;
    const variants = this.variants.get(key) ?? model.variants();
    this.variants.set(key, variants);
    return variants;
  }
}

/** The same object where nothing changed, so that what was found out about its options is found again. */
function demandOf(variants: Variants, place: LinkedPlace): FlexibleDemand {
  const [first] = variants;
  const own = enumerateOnce(first, place);
  const demands = known.get(variants) ?? new Map<Enumeration, FlexibleDemand>();
  known.set(variants, demands);
  const demand = demands.get(own) ?? joined(variants, own, place);
  demands.set(own, demand);
  return demand;
}

/** By the enumeration of the first variant, which tells the place. */
const known = new WeakMap<Variants, Map<Enumeration, FlexibleDemand>>();

function joined(variants: Variants, own: Enumeration, place: LinkedPlace): FlexibleDemand {
  const each = variants.map((variant) => enumerateOnce(variant, place));
  return {
    demand: {
      ...own.demand,
      options: each.flatMap(({ demand }, i) =>
        demand.options.map((option) => ({ ...option, id: named(i, option.id) })),
      ),
    },
    variants,
    quantizations: new Map(
      each.flatMap(({ candidates }, i) =>
        [...candidates].map(([id, { weights }]) => [named(i, id), weights.quantization]),
      ),
    ),
    dropped: each.flatMap(({ dropped }) => dropped),
  };
}

function named(variant: number, id: string): string {
  return `${variant} ${id}`;
}
