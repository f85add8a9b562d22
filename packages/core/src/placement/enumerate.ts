import { illegalities } from "../memory/legality.ts";
import { layerCount } from "../model/layer-groups.ts";
import { evenStages, type Parallelism } from "../model/parallelism.ts";
import type { Reason } from "../report/reason.ts";
import { type Candidate, candidateOf, type LinkedTrial, shortOn } from "./candidate.ts";
import type { CardClass } from "./card-classes.ts";
import { hostShort } from "./host-short.ts";
import { layoutsOf } from "./layouts.ts";
import type { LeastLinks } from "./least-links.ts";
import { variantsOf } from "./model-variants.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { PeersOf, RankPrice, Trial } from "./price.ts";
import type { Demand, Option } from "./problem.ts";
import { cutStages } from "./stage-cut.ts";
import { likeStages, stageFits } from "./stage-fits.ts";
import { hostShare, leastEach, leastTogether, mostLost } from "./survive.ts";
import { type Laws, tooFewCards } from "./too-few-cards.ts";
import type { Work } from "./work.ts";

/** The fleet as enumeration sees it. */
export interface Place {
  /** One class of each set of twins. */
  readonly classes: readonly CardClass[];
  readonly peersOf: PeersOf;
  readonly leastLinks: LeastLinks;
  /** Where pricing is counted; not at all unless given. */
  readonly work?: Work | undefined;
  /** Only the likeliest layouts: for one of many looks, whose answers are no proof. */
  readonly isQuick?: boolean;
}

/** A model's demand, the candidates behind its options, and why the others were dropped. */
export interface Enumeration {
  readonly demand: Demand;
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly dropped: readonly Reason[];
  /** There are more layouts than are looked at. */
  readonly isPart?: boolean;
}

/** Every way to run one replica of the model on these cards, priced so that it fits with the chance asked for. */
export function enumerate(
  model: PlannedModel,
  place: Place,
  waysOn: (model: PlannedModel, place: Place) => Ways = waysFor,
): Enumeration {
  const against = model.refused ?? lostAtOnce(model);
  if (against !== undefined) {
    return refusedFor(model, against);
  }
  const { candidates, options, dropped, isPart } = waysOn(model, place);
  return { demand: demandOf(model, options), candidates, dropped, ...(isPart ? { isPart } : {}) };
}

function refusedFor({ survives: _, ...model }: PlannedModel, against: Reason): Enumeration {
  return { demand: demandOf(model, []), candidates: new Map(), dropped: [against] };
}

/** The ways to run one replica, and why the others were dropped. */
export interface Ways {
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly options: readonly Option[];
  readonly dropped: readonly Reason[];
  readonly isPart: boolean;
}

/** Looking at one layout in one precision takes about as long as so many states of a search. */
const UNITS_PER_LAYOUT = 20;

export function waysFor(
  model: PlannedModel,
  { classes, peersOf, leastLinks, work, isQuick }: Place,
): Ways {
  const open = classes.filter((cardClass) => cardClass.openTo.has(model.name));
  const candidates = new Map<string, Candidate>();
  const known = new Map<string, Map<number, RankPrice>>();
  const dropped: Reason[] = open.length === 0 ? [noCard(model)] : [];
  const tried = sizesOf(model).map((sizes) => {
    const { layouts, isAll } = layoutsOf(sizes, open, { ...model, isQuick });
    return {
      sizes,
      isAll,
      layouts: layouts.map((layout) => ({
        layout,
        peers: peersOf(layout.stages.flat().map(({ cardClass }) => cardClass)),
      })),
    };
  });
  for (const { weights, ...liked } of waysOf(model)) {
    for (const { sizes, layouts } of tried) {
      const against = lawsOn(sizes, { model: liked.model, weights });
      if (layouts.length === 0 && open.length > 0) {
        dropped.push(...tooFewCards(sizes, open, { laws: against, model }));
      }
      work?.spend(UNITS_PER_LAYOUT * layouts.length);
      for (const { layout, peers } of layouts) {
        const trial = { ...liked, weights, layout, peers, known, leastLinks };
        dropped.push(...tryLayout(trial, against, candidates));
      }
    }
  }
  const options = [...candidates.values()].map(({ option }) => option);
  return { candidates, options, dropped, isPart: tried.some(({ isAll }) => !isAll) };
}

/** All its replicas go with one loss, whichever cards they are on. */
function lostAtOnce(model: PlannedModel): Reason | undefined {
  const { replicas, survives } = model;
  return survives === undefined || mostLost(model) < replicas
    ? undefined
    : { code: "lost-at-once", loss: survives.loss, replicas, hosts: survives.rooms.length };
}

function noCard({ gpus = [], labels = [] }: PlannedModel): Reason {
  return { code: "no-card-allowed", gpus, labels };
}

/** Each precision with each variant of the settings, and how far both are below what is liked best. */
function waysOf(
  model: PlannedModel,
): readonly Pick<Trial, "weights" | "model" | "variant" | "preference">[] {
  const { settled } = model;
  const all = model.weights.flatMap((weights, position) =>
    variantsOf(model).map(({ model: variant, steps, name }) => ({
      weights,
      model: variant,
      variant: name,
      preference: position + steps,
    })),
  );
  return all.filter(
    ({ weights, model: { kvCacheDtype, ep } }) =>
      settled === undefined ||
      (settled.quantization === weights.quantization &&
        settled.kvCacheDtype === kvCacheDtype &&
        settled.ep === ep),
  );
}

function sizesOf(model: PlannedModel): readonly { readonly tp: number; readonly pp: number }[] {
  const { settled } = model;
  return model.tp
    .flatMap((tp) => model.pp.map((pp) => ({ tp, pp })))
    .filter(({ tp, pp }) => tp * pp >= 1)
    .filter(({ tp, pp }) => settled === undefined || (settled.tp === tp && settled.pp === pp))
    .sort((a, b) => a.tp * a.pp - b.tp * b.pp || a.pp - b.pp);
}

/** Each capability is looked up once. */
function lawsOn(
  { tp, pp }: Pick<Parallelism, "tp" | "pp">,
  { model, weights }: Pick<Trial, "model" | "weights">,
): Laws {
  const known = new Map<string, readonly Reason[]>();
  return (computeCapability) => {
    const reasons =
      known.get(computeCapability) ??
      illegalities({
        model: model.spec,
        engine: model.engine,
        weights,
        kvCacheDtype: model.kvCacheDtype,
        parallelism: { tp, pp, ep: model.ep },
        computeCapability,
      });
    known.set(computeCapability, reasons);
    return reasons;
  };
}

/** Adds the layout's candidates, one for each way to cut the stages; the reasons where there is none. */
function tryLayout(
  trial: LinkedTrial,
  laws: Laws,
  candidates: Map<string, Candidate>,
): readonly Reason[] {
  const { model, layout } = trial;
  const parallelism = { tp: layout.tp, pp: layout.pp, ep: model.ep };
  const capabilities = new Set(
    layout.stages.flat().map(({ cardClass }) => cardClass.computeCapability),
  );
  const illegal = [...capabilities].flatMap(laws);
  if (illegal.length > 0) {
    return illegal;
  }
  const cuts = stageCuts(trial, parallelism)
    .map((stageLayers) => candidateOf(trial, { ...parallelism, stageLayers }))
    .map((candidate) => ({ candidate, unloadable: hostShort(candidate) }));
  const loadable = cuts.filter(({ unloadable }) => unloadable.length === 0);
  if (loadable.length === 0) {
    return cuts.flatMap(({ unloadable }) => unloadable);
  }
  const sized = loadable.map(({ candidate }) => ({ candidate, short: shortOn(candidate, trial) }));
  const fitting = sized.filter(({ short }) => short.length === 0);
  for (const { candidate } of fitting) {
    candidates.set(candidate.option.id, candidate);
  }
  return fitting.length > 0 ? [] : sized.flatMap(({ short }) => short);
}

/** The even split, and the one that holds most sequences where the engine can cut stages freely. */
function stageCuts(trial: Trial, parallelism: Parallelism): readonly (readonly number[])[] {
  const layers = layerCount(trial.model.spec);
  const even = evenStages(layers, parallelism.pp);
  if (parallelism.pp === 1 || !trial.model.engine.cutsStagesUnevenly) {
    return [even];
  }
  const best = cutStages({
    layers,
    stages: parallelism.pp,
    mostSequences: mostSequences(trial.model),
    fits: stageFits(trial, parallelism),
    likeOf: likeStages(trial, parallelism.pp),
  });
  return best === undefined || best.join() === even.join() ? [even] : [best, even];
}

/** Sequences that a replica may hold at most: what is wanted of it. */
export function mostSequences(model: PlannedModel): number {
  return Math.max(1, Math.ceil(model.wanted / model.replicas), leastEach(model));
}

function demandOf(model: PlannedModel, options: readonly Option[]): Demand {
  const { survives } = model;
  const least = leastTogether(model);
  return {
    model: model.name,
    priority: model.priority,
    replicas: model.replicas,
    least,
    wanted: Math.max(model.wanted, least),
    isExclusive: model.isExclusive,
    avoids: model.notWith,
    ...(model.isSpread ? { isSpread: true } : {}),
    ...hostShare(model),
    ...(survives === undefined ? {} : { survives: survivesOf(survives, model) }),
    options,
  };
}

function survivesOf(
  { loss, carriesRate }: NonNullable<PlannedModel["survives"]>,
  { least }: PlannedModel,
): NonNullable<Demand["survives"]> {
  return { loss, least, ...(carriesRate === undefined ? {} : { carriesRate }) };
}
