import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import type { MemoryRequest } from "../memory/estimate.ts";
import type { Parallelism } from "../model/parallelism.ts";
import type { StoredWeights } from "../model/quantization.ts";
import type { Reason } from "../report/reason.ts";
import { bytes } from "../units/units.ts";
import { withEqualPools, withEqualShares } from "./equal-shares.ts";
import { kindsIn, type Layout } from "./layout.ts";
import type { LeastLinks } from "./least-links.ts";
import { filesOf, type HostLoading, hostLoading } from "./loading.ts";
import type { PlannedModel } from "./planned-model.ts";
import { priceStage, requestOf, type StagePrice, type Trial } from "./price.ts";
import type { Option, Stage } from "./problem.ts";
import { leastEach } from "./survive.ts";

/** One way to run one replica, as memory sees it; the solver sees the option of the same id. */
export interface Candidate {
  /** The model with the settings chosen here. */
  readonly model: PlannedModel;
  readonly option: Option;
  readonly weights: StoredWeights;
  readonly layout: Layout;
  readonly parallelism: Parallelism;
  readonly request: MemoryRequest;
  /** What its start takes of the host's memory, where the host says how much it has. */
  readonly loading?: HostLoading;
}

/** A layout to try, and how its links are counted. */
export interface LinkedTrial extends Trial {
  readonly leastLinks: LeastLinks;
}

/** The candidate of one cut of the stages, whether it fits or not. */
export function candidateOf(trial: LinkedTrial, parallelism: Parallelism): Candidate {
  const { model, weights, layout, preference } = trial;
  const request = requestOf(trial, parallelism);
  const prices = layout.stages.flatMap((_, stage) => priceStage(trial, parallelism, stage));
  const stages = pricedTogether(rulesOf(model.engine, model.version), prices).map(
    ({ cardClass, ranks, fixed, perSequence }): Stage => ({
      cardClass: cardClass.id,
      ranks,
      fixed: bytes(fixed),
      perSequence: bytes(perSequence),
    }),
  );
  const id = [
    weights.quantization,
    `tp${layout.tp}`,
    `pp${layout.pp}`,
    ...stages.map((stage) => `${stage.cardClass}x${stage.ranks}`),
    parallelism.stageLayers?.join("-"),
    trial.variant,
  ]
    .join(" ")
    .trimEnd();
  const limits = layout.stages.flat().flatMap(({ cardClass }) => cardClass.limits ?? []);
  const hasDisk = limits.some(({ disk }) => disk !== undefined);
  const hasMemory = limits.some(({ memory }) => memory !== undefined);
  return {
    model,
    option: {
      id,
      preference,
      links: trial.leastLinks(layout),
      mixing: kindsIn(layout) - 1,
      stages,
      mostSequences: model.limits.maxBatchSize,
      ...(hasDisk ? { files: filesOf(request) } : {}),
    },
    ...(hasMemory ? { loading: hostLoading(request) } : {}),
    weights,
    layout,
    parallelism,
    request,
  };
}

/** Prices of ranks that size their KV caches together, each by what another one finds. */
function pricedTogether(
  { needsShareFree, kvBase }: EngineRules,
  prices: readonly StagePrice[],
): readonly StagePrice[] {
  if (needsShareFree) {
    return withEqualShares(prices);
  }
  return kvBase === "of-free-before-load" ? withEqualPools(prices) : prices;
}

/** The ranks that have no room even for the least that each replica must serve. */
export function shortOn(
  candidate: Candidate,
  { model, layout, weights }: Trial,
): readonly Reason[] {
  const sequences = leastEach(model);
  const classes = layout.stages.flat().map(({ cardClass }) => cardClass);
  return candidate.option.stages.flatMap((stage, i): readonly Reason[] => {
    const cardClass = classes[i];
    const needBytes = stage.fixed + sequences * stage.perSequence;
    return cardClass === undefined || needBytes <= cardClass.capacity
      ? []
      : [
          {
            code: "memory-short",
            gpu: cardClass.gpus[0]?.catalogId ?? cardClass.id,
            quantization: weights.quantization,
            layout: `tp ${layout.tp}, pp ${layout.pp}`,
            ranks: layout.tp * layout.pp,
            isEven: layout.pp === 1,
            needBytes,
            haveBytes: cardClass.capacity,
          },
        ];
  });
}
