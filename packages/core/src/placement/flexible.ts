import type { Fleet } from "../hardware/fleet.ts";
import type { Quantization } from "../model/quantization.ts";
import type { Reason } from "../report/reason.ts";
import { type CardClass, cardClasses, cardsOf } from "./card-classes.ts";
import { enumerate } from "./enumerate.ts";
import { peersIn } from "./place-fleet.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { Demand, PlacementProblem } from "./problem.ts";
import { twinsOf } from "./twin-hosts.ts";

/** A model that may be run as any of its variants, which agree in all but precision and layout. */
export interface FlexibleModel {
  readonly name: string;
  /** Tells equal variants again: what was enumerated for this text is not enumerated twice. */
  readonly key: string;
  readonly variants: () => readonly [PlannedModel, ...PlannedModel[]];
}

/** What a flexible model may choose from, and why the rest was dropped. */
export interface FlexibleDemand {
  readonly demand: Demand;
  readonly variants: readonly PlannedModel[];
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

/** Enumerates flexible models on variants of one fleet, each only once. */
export class FlexibleProblems {
  private readonly known = new Map<string, FlexibleDemand>();
  private readonly variants = new Map<string, readonly [PlannedModel, ...PlannedModel[]]>();

  of(models: readonly FlexibleModel[], fleet: Fleet): FlexibleProblem {
    const classes = cardClasses(
      fleet,
      models.map((model) => this.variantsOf(model)[0]),
    );
    const twins = twinsOf(classes, fleet.links);
    const unlike = classes.filter(({ id }) => twins.get(id) === id);
    const peersOf = peersIn(fleet);
    const place = JSON.stringify(
      classes.map(({ gpus, capacity }) => [capacity, ...gpus.map(({ id }) => id)]),
    );
    const demands = models.map((model) => {
      const open = classes.filter(({ openTo }) => openTo.has(model.name)).map(({ id }) => id);
      const key = `${model.name}/${model.key}/${open.join()}/${place}`;
      const found = this.known.get(key) ?? this.demandOf(model, unlike, peersOf);
      this.known.set(key, found);
      return found;
    });
    const problem = {
      cards: cardsOf(classes, twins),
      demands: demands.map(({ demand }) => demand),
    };
    return { problem, demands, classes };
  }

  private variantsOf(model: FlexibleModel): readonly [PlannedModel, ...PlannedModel[]] {
    const key = `${model.name}/${model.key}`;
    const variants = this.variants.get(key) ?? model.variants();
    this.variants.set(key, variants);
    return variants;
  }

  private demandOf(
    model: FlexibleModel,
    classes: readonly CardClass[],
    peersOf: ReturnType<typeof peersIn>,
  ): FlexibleDemand {
    const variants = this.variantsOf(model);
    const each = variants.map((variant) => enumerate(variant, classes, peersOf));
    const [first] = each;
    const options = each.flatMap(({ demand }, i) =>
      demand.options.map((option) => ({ ...option, id: `${i} ${option.id}` })),
    );
    if (first === undefined) {
      throw new RangeError(`${model.name} has no variants`);
    }
    return {
      demand: { ...first.demand, options },
      variants,
      quantizations: new Map(
        each.flatMap(({ candidates }, i) =>
          [...candidates].map(([id, { weights }]) => [`${i} ${id}`, weights.quantization]),
        ),
      ),
      dropped: each.flatMap(({ dropped }) => dropped),
    };
  }
}
