import type { FleetLink } from "../hardware/fleet.ts";
import type { StoredWeights } from "../model/quantization.ts";
import {
  type Enumeration,
  enumerate,
  mostSequences,
  type Place,
  type Ways,
  waysFor,
} from "./enumerate.ts";
import type { PlannedModel } from "./planned-model.ts";
import { settingKey } from "./price.ts";
import { leastEach } from "./survive.ts";

/** Where models are enumerated, and the links that its answers depend on. */
export interface LinkedPlace extends Place {
  readonly links: readonly FleetLink[];
}

/**
 * As `enumerate`, but once for each model and the cards that are open to it: the same fleet is solved again and again
 * with one model changed. Models are told apart as objects and their answers live as long as they do.
 */
export function enumerateOnce(model: PlannedModel, place: LinkedPlace): Enumeration {
  const answers = known.get(model) ?? new Map<string, Enumeration>();
  known.set(model, answers);
  const key = placeKey(model, place);
  const answer = answers.get(key) ?? enumerate(model, place, (one) => waysOnce(one, place, key));
  answers.set(key, answer);
  return answer;
}

const known = new WeakMap<PlannedModel, Map<string, Enumeration>>();

/**
 * The same ways for a model that was changed in what no price depends on: whom it shares with, what it outlives, how
 * many replicas it has. Such models have the same list of precisions, and their answers live as long as that.
 */
function waysOnce(model: PlannedModel, place: LinkedPlace, at: string): Ways {
  const own = ways.get(model.weights) ?? new Map<string, Ways & Asked>();
  ways.set(model.weights, own);
  const key = `${at} ${wayKey(model)}`;
  const found = own.get(key);
  if (found?.model.spec === model.spec) {
    return found.model === model ? found : asRunBy(model, found);
  }
  const fresh = waysFor(model, place);
  own.set(key, { ...fresh, model });
  return fresh;
}

interface Asked {
  readonly model: PlannedModel;
}

const ways = new WeakMap<readonly StoredWeights[], Map<string, Ways & Asked>>();

/** Everything about the model that its ways depend on besides its precisions. */
function wayKey(model: PlannedModel): string {
  const { tp, pp, alternatives, mayMixCards, maySpanHosts, settled } = model;
  return JSON.stringify([
    settingKey(model),
    tp,
    pp,
    alternatives,
    mayMixCards,
    maySpanHosts,
    settled,
    leastEach(model),
    mostSequences(model),
  ]);
}

/** Variants of a model differ in these settings alone (`variantsOf`). */
function asRunBy(
  model: PlannedModel,
  { candidates, options, dropped, isPart }: Ways & Asked,
): Ways {
  const variants = new Map<PlannedModel, PlannedModel>();
  const variantLike = (one: PlannedModel): PlannedModel => {
    const { kvCacheDtype, ep, limits } = one;
    const variant = variants.get(one) ?? { ...model, kvCacheDtype, ep, limits };
    variants.set(one, variant);
    return variant;
  };
  return {
    candidates: new Map(
      [...candidates].map(([id, one]) => [id, { ...one, model: variantLike(one.model) }]),
    ),
    options,
    dropped,
    isPart,
  };
}

/** Everything about the open cards that options depend on. */
function placeKey(
  { name }: PlannedModel,
  { classes, links, peersOf, isQuick }: LinkedPlace,
): string {
  const open = classes.filter(({ openTo }) => openTo.has(name));
  const cards = open.map(({ id, host, capacity, gpus, computeCapability, limits }) => {
    const kinds = new Set(gpus.map(({ catalogId, memory }) => `${catalogId} ${memory}`));
    return [id, host, capacity, gpus.length, computeCapability, limits, ...kinds];
  });
  return JSON.stringify([
    isQuick === true,
    cards,
    links.length === 0 ? [] : open.map((one) => [peersOf([one]), one.gpus.map(({ id }) => id)]),
    links,
  ]);
}
