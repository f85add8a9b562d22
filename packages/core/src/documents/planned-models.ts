import { engineById } from "../catalog/engine-catalog.ts";
import type { Calibrate } from "../engine/correction.ts";
import { engineOfVersion } from "../engine/engine-of-version.ts";
import { rulesOf } from "../engine/registry.ts";
import type { Fleet } from "../hardware/fleet.ts";
import { kvBytesPerToken } from "../memory/kv-cache.ts";
import { withRun } from "../memory/run-options.ts";
import type { ModelSpec } from "../model/model.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { InputError, shown } from "../report/errors.ts";
import { parseTokens } from "../units/parse.ts";
import type { FleetFile, FleetModel, FleetPolicy } from "./fleet-file-types.ts";
import { settingsOf } from "./model-choices.ts";
import { plannedDefaults } from "./planned-defaults.ts";
import { precisionsOf } from "./planned-precisions.ts";
import { copiesOf, pinsOf, replicasOf } from "./planned-replicas.ts";
import { plannedRun } from "./planned-run.ts";
import { pipelineSizes, tensorSizes } from "./planned-sizes.ts";
import { type ModelFiles, specOf } from "./planned-spec.ts";
import { spanning } from "./spanning.ts";
import { unwrittenOf } from "./unwritten.ts";

/** Longest sequence planned for when the fleet file does not say, if the model goes that far. */
const DEFAULT_MAX_SEQ_LEN = 8192;
/** Probability that a plan holds when the fleet file does not say. */
const DEFAULT_CHANCE = 0.99;

interface PlannedWith {
  readonly cards: Fleet;
  readonly files: ModelFiles;
  readonly calibrate?: Calibrate | undefined;
}

/** The fleet file's models with every default filled in. Throws an InputError for what makes no sense. */
export function plannedModels(
  file: string,
  fleet: FleetFile,
  { cards, files, calibrate }: PlannedWith,
): readonly PlannedModel[] {
  if (fleet.models.length === 0) {
    throw new InputError(
      { file, key: "models" },
      "expected at least one model to plan for, got none",
    );
  }
  return fleet.models.map((_, i) => plannedModelAt(file, fleet, i, { cards, files, calibrate }));
}

/** One model of the fleet file with every default filled in. Throws an InputError for what makes no sense. */
export function plannedModelAt(
  file: string,
  fleet: FleetFile,
  place: number,
  planned: PlannedWith,
): PlannedModel {
  const model = fleet.models[place];
  if (model === undefined) {
    throw new RangeError(`no model at ${place}`);
  }
  return plannedModel({ file, key: `models[${place}]`, fleet, model }, planned);
}

interface Entry {
  readonly file: string;
  readonly key: string;
  readonly fleet: FleetFile;
  readonly model: FleetModel;
}

function plannedModel(entry: Entry, { cards, files, calibrate }: PlannedWith): PlannedModel {
  const { file, key, fleet, model } = entry;
  const { engine, version } = engineOf(entry, calibrate);
  const rules = rulesOf(engine, version);
  const published = specOf(entry, files);
  const run = plannedRun(entry, { rules, spec: published });
  const spec = withRun(published, run, rules);
  const { least, wanted } = concurrencyOf(entry);
  const maxSeqLen = maxSeqLenOf(entry) ?? Math.min(spec.maxContext, DEFAULT_MAX_SEQ_LEN);
  refuseTooLong(entry, spec, maxSeqLen);
  refuseWithoutKv(entry, spec);
  refuseCrossAttention(entry, spec);
  const pinned = pinsOf(model);
  const copies = copiesOf(entry, cards, { least, wanted });
  const [maxBatchSize = copies.each] = [model.maxBatchSize ?? []].flat();
  const defaults = plannedDefaults(
    { engine, version, model: spec },
    cards.gpus.filter((gpu) => mayUse(pinned, gpu)),
    { maxSeqLen, maxBatchSize },
  );
  const { own, alternatives } = settingsOf(
    { file, key },
    { model, spec },
    { maxNumTokens: defaults.maxNumTokens, maxBatchSize, kvCacheDtype: rules.kvCacheDtype },
  );
  const planned: PlannedModel = {
    name: model.name,
    spec,
    engine,
    version,
    tp: tensorSizes(entry, rules),
    pp: pipelineSizes(model, spec),
    ep: own.ep,
    weights: [],
    kvCacheDtype: own.kvCacheDtype,
    limits: { ...own.limits, maxSeqLen },
    run,
    ...(alternatives.length === 0 ? {} : { alternatives }),
    tokensPerBlock: defaults.tokensPerBlock,
    roundsBlocksUp: defaults.roundsBlocksUp,
    ...copies.own,
    priority: model.priority ?? 0,
    least,
    wanted,
    risk: riskOf(fleet),
    isExclusive: model.exclusive ?? fleet.policy?.sharing === "exclusive",
    isExclusiveByPolicy: model.exclusive === undefined && fleet.policy?.sharing === "exclusive",
    notWith: othersOf(entry),
    ...(model.spread === undefined ? {} : { isSpread: true }),
    ...spanning(entry, rules, cards),
    mayMixCards: fleet.policy?.mixedTensorParallel ?? false,
    unwritten: unwrittenOf(model),
    ...pinned,
  };
  return { ...planned, ...settledOf(model), weights: precisionsOf(entry, planned, cards) };
}

function settledOf({ settled, spared }: FleetModel): Pick<PlannedModel, "settled" | "spared"> {
  return {
    ...(settled === undefined ? {} : { settled }),
    ...(spared === undefined ? {} : { spared }),
  };
}

/** What each replica of the file gets of the chance that the plan does not hold. */
function riskOf(fleet: FleetFile): number {
  const { policy, models } = fleet;
  const replicas = models.reduce((sum, model) => sum + replicasOf(fleet, model), 0);
  return (1 - chanceWanted(policy)) / replicas;
}

/** The probability with which a plan must hold, in (0, 1). */
export function chanceWanted(policy: FleetPolicy | undefined): number {
  return policy?.chanceToFit ?? DEFAULT_CHANCE;
}

function engineOf(
  { file, key, fleet, model }: Entry,
  calibrate: Calibrate | undefined,
): Pick<PlannedModel, "engine" | "version"> {
  const id = model.engine ?? fleet.engine ?? "tensorrt-llm";
  const known = engineById(id);
  if (known === undefined) {
    throw new InputError(
      { file, key: `${key}.engine` },
      `expected an engine of the catalogue, got ${shown(id)}`,
    );
  }
  const version = model.engineVersion ?? fleet.engineVersion ?? known.newestVersion;
  const engine = engineOfVersion(known, version);
  return { engine: calibrate?.(engine, version) ?? engine, version };
}

/** A plan caps one pool of tokens; a model with cross-attention has a second one, which only an estimate counts. */
function refuseCrossAttention({ file, key }: Entry, spec: ModelSpec): void {
  if (spec.crossTokens !== undefined) {
    throw new InputError(
      { file, key: `${key}.model` },
      `expected a model without cross-attention, which only an estimate counts, got ${shown(spec.id)}`,
    );
  }
}

/** A number is both the least and what is wanted; nothing said is one sequence. */
function concurrencyOf({ file, key, model }: Entry): {
  readonly least: number;
  readonly wanted: number;
} {
  const { concurrency = 1 } = model;
  const { least = 1, want } =
    typeof concurrency === "number" ? { least: concurrency, want: concurrency } : concurrency;
  if (least > want) {
    throw new InputError(
      { file, key: `${key}.concurrency.least` },
      `expected at most want (${want}), got ${least}`,
    );
  }
  return { least, wanted: want };
}

function maxSeqLenOf({ file, key, model: { maxSeqLen: asked } }: Entry): number | undefined {
  const tokens = asked === undefined ? undefined : parseTokens(asked);
  if (asked !== undefined && (tokens === undefined || tokens < 1)) {
    throw new InputError(
      { file, key: `${key}.maxSeqLen` },
      `expected tokens such as 8192 or "8k", got ${shown(asked)}`,
    );
  }
  return tokens;
}

function refuseTooLong({ file, key }: Entry, spec: ModelSpec, maxSeqLen: number): void {
  if (maxSeqLen > spec.maxContext) {
    throw new InputError(
      { file, key: `${key}.maxSeqLen` },
      `expected at most the ${spec.maxContext} tokens that ${spec.id} can read, got ${maxSeqLen}`,
    );
  }
}

/** Fractions and caps are of a KV cache: a model that keeps none (an embedder, a pure state-space model) has nothing to plan. */
function refuseWithoutKv({ file, key }: Entry, spec: ModelSpec): void {
  const alone = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };
  if (kvBytesPerToken(spec, "bf16", alone) === 0) {
    throw new InputError(
      { file, key: `${key}.model` },
      `expected a model with a KV cache, got ${shown(spec.id)}, which keeps none`,
    );
  }
}

function othersOf({ file, key, fleet, model }: Entry): readonly string[] {
  const names = fleet.models.map(({ name }) => name);
  const stranger = (model.notWith ?? []).findIndex(
    (name) => !names.includes(name) || name === model.name,
  );
  if (stranger >= 0) {
    throw new InputError(
      { file, key: `${key}.notWith[${stranger}]` },
      `expected the name of another model of this file, got ${shown(model.notWith?.[stranger])}`,
    );
  }
  return model.notWith ?? [];
}
