import type { EngineOption, EngineRules, LayerList } from "../engine/rules.ts";
import { draftLayerCount, speculates, withDraftLayers } from "../memory/draft-layers.ts";
import { hasTower } from "../memory/run-options.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError, type Place, shown } from "../report/errors.ts";
import type { EstimateOptions, EstimateRequest } from "./estimate-document.ts";

/** What each option does when nobody asks, and how it is called in a sentence. */
const OPTIONS = {
  beamWidth: { none: 1, what: "beams of its own" },
  gpuWeightsPercent: { none: 1, what: "weight streaming" },
  attentionDp: { none: false, what: "attention data-parallelism that this law covers" },
  draftLayers: { none: 0, what: "draft layers that this law covers" },
  draftTokens: { none: 0, what: "draft that this law covers" },
  imagesPerPrompt: { none: undefined, what: "limit of images that this law covers" },
  crossKvFraction: { none: 0, what: "pool of its own for cross-attention" },
} as const satisfies Record<EngineOption, { readonly none: unknown; readonly what: string }>;

interface OptionPlace {
  readonly rules: EngineRules;
  readonly model: ModelSpec;
  /** What stands before a key in complaints: "models[0].". */
  readonly under?: string;
}

/** The options that were asked for. Throws an InputError for one that the engine or the model does not have. */
export function optionsOf(
  file: string,
  request: EstimateRequest,
  { rules, model, under = "" }: OptionPlace,
): EstimateOptions {
  const asked = (Object.keys(OPTIONS) as EngineOption[]).filter(
    (key) => request[key] !== undefined && request[key] !== OPTIONS[key].none,
  );
  refuseDraft(file, request, { rules, model, under });
  for (const key of asked) {
    checkOption({ file, key: `${under}${key}` }, key, { value: request[key], rules, model });
  }
  if (asked.includes("draftTokens")) {
    refuseWithoutDraft({ file, key: `${under}draftTokens` }, request, { rules, model });
  }
  refuseNoFlag({ file, key: `${under}throughHost` }, request.throughHost);
  const flags = request.throughHost === true ? (["throughHost"] as const) : [];
  const keys = [...asked, ...LISTS.filter((key) => request[key] !== undefined), ...flags];
  return Object.fromEntries(keys.map((key) => [key, request[key]]));
}

/** A draft with files of its own that the engine does not have, or beside the model's own layers. */
function refuseDraft(
  file: string,
  { draftLayers = 0 }: EstimateRequest,
  { rules, model, under }: Required<OptionPlace>,
): void {
  const source = model.parts.find(({ draft }) => draft !== undefined)?.draft?.source;
  if (source === undefined) {
    return;
  }
  if (!rules.options.has("draftTokens")) {
    const expected = `none for ${rules.id}, which has no ${OPTIONS.draftTokens.what}`;
    throw new InputError(
      { file, key: `${under}draft` },
      `expected ${expected}, got ${shown(source)}`,
    );
  }
  if (draftLayers > 0) {
    throw new InputError(
      { file, key: `${under}draftLayers` },
      `expected 0 beside the draft ${shown(source)}, got ${shown(draftLayers)}`,
    );
  }
}

/** Tokens of a draft that nothing proposes, or that its layers can't be told. */
function refuseWithoutDraft(
  place: Place,
  { draftLayers = 0, draftTokens }: EstimateRequest,
  { rules, model }: OptionPlace,
): void {
  if (draftLayers > 0 && rules.draftsOneEach && draftTokens !== draftLayers) {
    throw new InputError(
      place,
      `expected ${draftLayers}, one of each draft layer, got ${shown(draftTokens)}`,
    );
  }
  if (!speculates(withDraftLayers(model, draftLayers))) {
    throw new InputError(
      place,
      `expected a draft that proposes them (draftLayers, or files of its own), got ${shown(draftTokens)}`,
    );
  }
}

function refuseNoFlag(place: Place, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") {
    throw new InputError(place, `expected true or false, got ${shown(value)}`);
  }
}

/** Checked where stages are cut. */
const LISTS = ["tensorSplit", "ppPartition"] as const satisfies readonly LayerList[];

function checkOption(
  place: Place,
  key: EngineOption,
  asked: { readonly value: unknown; readonly rules: EngineRules; readonly model: ModelSpec },
): void {
  const { value, rules, model } = asked;
  const { none, what } = OPTIONS[key];
  const refuse = (expected: string): never => {
    throw new InputError(place, `expected ${expected}, got ${shown(value)}`);
  };
  if (!rules.options.has(key)) {
    refuse(`${String(none ?? "nothing")} for ${rules.id}, which has no ${what}`);
  }
  if (key === "attentionDp" ? value !== true : !isNumberOf(key, value)) {
    refuse(EXPECTED[key]);
  }
  const lacking = lackOf(key, Number(value), model);
  if (lacking !== undefined) {
    refuse(lacking);
  }
}

/** What is expected instead, where the model does not have what the option is about. */
function lackOf(key: EngineOption, value: number, model: ModelSpec): string | undefined {
  if (key === "crossKvFraction" && model.crossTokens === undefined) {
    return "0 for a model without cross-attention";
  }
  if (key === "imagesPerPrompt" && !hasTower(model)) {
    return "nothing for a model without a tower of images or sound";
  }
  const most = draftLayerCount(model);
  if (key !== "draftLayers" || value <= most) {
    return;
  }
  return most === 0 ? "0 for a model without draft layers" : `at most ${most}, which the model has`;
}

/** The most tokens of a draft seen: 16 (DFlash); of images in one prompt, hundreds of a video's frames. */
const MOST_DRAFT_TOKENS = 1024;
const MOST_IMAGES = 100_000;

const EXPECTED = {
  beamWidth: "a positive integer",
  gpuWeightsPercent: "a number from 0 to 1",
  attentionDp: "true or false",
  draftLayers: "a whole number",
  draftTokens: `a whole number from 1 to ${MOST_DRAFT_TOKENS}`,
  imagesPerPrompt: `a whole number up to ${MOST_IMAGES}`,
  crossKvFraction: "a number between 0 and 1",
} as const satisfies Record<EngineOption, string>;

function isNumberOf(key: EngineOption, value: unknown): boolean {
  const number = Number(value);
  if (key === "crossKvFraction") {
    return number > 0 && number < 1;
  }
  if (key === "gpuWeightsPercent") {
    return number >= 0 && number <= 1;
  }
  const [least, most] = RANGES.get(key) ?? [0, Number.MAX_SAFE_INTEGER];
  return Number.isSafeInteger(number) && number >= least && number <= most;
}

const RANGES: ReadonlyMap<EngineOption, readonly [least: number, most: number]> = new Map([
  ["beamWidth", [1, Number.MAX_SAFE_INTEGER]],
  ["draftTokens", [1, MOST_DRAFT_TOKENS]],
  ["imagesPerPrompt", [0, MOST_IMAGES]],
] as const);
