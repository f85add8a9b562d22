import { isBetter, isNoWorse } from "../compare-sized.ts";
import { type Sizing, solveTrial } from "../fleet-solver.ts";
import type { Enumerated, ModelMixes } from "../model-mixes.ts";
import type { Sized } from "../sized.ts";
import type { Size } from "../sizes.ts";
import { fittingTogether } from "./fitting-together.ts";
import { priceLevels } from "./price-levels.ts";
import { type SharedCard, type SharingModel, tenantsOn } from "./shared-cards.ts";
import { compareTexts, emptyCards, sharingModel } from "./sharing.ts";

/** What looking at all mixes may cost, in states of a search: about two seconds. */
const MOST_UNITS = 400_000;
/** And at one price: what is dear has more mixes than what is cheap. */
const MOST_OF_PRICE = 100_000;
/** Mixes that are solved at each price: the laws of memory are exact there, and models with fixed replicas have their place. */
const MOST_SOLVED = 3;
/** Most cards: beyond, the prices alone are too many. */
const MOST_CARDS = 16;

/** What is known, and looked for. */
export interface Together {
  /** A fleet that was solved, for the ways of its models. */
  readonly first: Enumerated;
  readonly ways: ModelMixes;
  readonly rates: readonly Pick<SharingModel, "name" | "rate">[];
  readonly best: Sized;
  /** It carries all rates, so that only what costs less is better. */
  readonly isEnough: boolean;
  /** How many times the rate is carried where that costs nothing. */
  readonly headroom: number;
}

/**
 * Mixes of all models at once, on cards that they may share, from the cheapest on: the first that carries all rates in a plan that is
 * better. Each model's mix alone does not say which one goes well with another on the same card. Which is found depends
 * on no order of a list; of those at its price one with precisions that are liked and with room to spare is taken, if there is.
 */
export async function sizedTogether(sizing: Sizing, together: Together): Promise<Sized> {
  const { first, ways, rates, best, isEnough, headroom } = together;
  const sharing = rates
    .toSorted((a, b) => compareTexts(a.name, b.name))
    .flatMap((one) => sharingModel(first, ways, one) ?? []);
  const cards = emptyCards(first, ways);
  const mayGain = !isEnough || best.goals.some(({ id }) => id === "cost");
  if (!mayGain || cards.length > MOST_CARDS || sharing.length < rates.length) {
    return best;
  }
  // who runs on no card stands in nobody's way
  const models = sharing.filter(({ groups }) => groups.length > 0);
  const used = new Set(best.plan.deployments.flatMap(({ gpus }) => gpus));
  const bestPrice = isEnough
    ? cards.reduce((sum, { id, price }) => sum + (used.has(id) ? price : 0), 0)
    : Number.POSITIVE_INFINITY;
  const work = sizing.run.work.part(MOST_UNITS);
  const levels = priceLevels(cards.map(({ price }) => price));
  for (const most of levels.filter((price) => price < bestPrice)) {
    if (work.isOver || !sizing.run.mayGoOn()) {
      break;
    }
    const order = { work: work.part(MOST_OF_PRICE), most };
    const found = await firstOf(sizing, fittingTogether(models, cards, order), (tried) =>
      isBetter(tried, best),
    );
    if (found !== undefined) {
      return roomiest(sizing, { models, cards, headroom, best: found, most });
    }
  }
  return best;
}

/** At the same price with more to spare, in precisions that are liked better, or with one of both. */
async function roomiest(
  sizing: Sizing,
  {
    models,
    cards,
    headroom,
    best,
    most,
  }: Pick<Together, "headroom" | "best"> & {
    readonly models: readonly SharingModel[];
    readonly cards: readonly SharedCard[];
    readonly most: number;
  },
): Promise<Sized> {
  for (const times of [headroom, 1]) {
    const work = sizing.run.work.part(MOST_OF_PRICE);
    const liked = models.map((model) => ({
      ...model,
      rate: model.rate * times,
      groups: model.groups.toSorted(
        ([a], [b]) =>
          (a?.preference ?? 0) - (b?.preference ?? 0) || (b?.room ?? 0) - (a?.room ?? 0),
      ),
    }));
    const fitting = fittingTogether(liked, cards, { work, most });
    const found = await firstOf(sizing, fitting, (tried) => isNoWorse(tried, best));
    if (found !== undefined) {
      return found;
    }
  }
  return best;
}

async function firstOf(
  sizing: Sizing,
  fitting: Iterable<readonly SharedCard[]>,
  isGood: (tried: Sized) => boolean,
): Promise<Sized | undefined> {
  let solved = 0;
  for (const cards of fitting) {
    const tried = await solveTrial(sizing, { sizes: sizesOf(cards), needs: new Map() });
    solved += 1;
    if (isGood(tried)) {
      return tried;
    }
    if (solved >= MOST_SOLVED || !sizing.run.mayGoOn()) {
      return undefined;
    }
  }
  return undefined;
}

/** As the fleet file would say it. */
function sizesOf(cards: readonly SharedCard[]): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  for (const { model, way, each, cards: own } of tenantsOn(cards)) {
    const known = sizes.get(model.name);
    const gpus = [...(known?.settled?.gpus ?? []), ...own];
    sizes.set(model.name, {
      replicas: (known?.replicas ?? 0) + 1,
      each,
      batch: Math.max(known?.batch ?? 0, way.serves(each).batch),
      settled: { ...way.runs, gpus },
    });
  }
  return sizes;
}
