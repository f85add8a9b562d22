import type { EngineOption, EngineRules, LayerList } from "../engine/rules.ts";
import { draftLayerCount } from "../memory/draft-layers.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError, shown } from "../report/errors.ts";
import type { EstimateOptions, EstimateRequest } from "./estimate-document.ts";

/** What each option does when nobody asks, and how it is called in a sentence. */
const OPTIONS = {
  beamWidth: { none: 1, what: "beams of its own" },
  gpuWeightsPercent: { none: 1, what: "weight streaming" },
  attentionDp: { none: false, what: "attention data-parallelism that this law covers" },
  draftLayers: { none: 0, what: "draft layers that this law covers" },
  crossKvFraction: { none: 0, what: "pool of its own for cross-attention" },
} as const satisfies Record<EngineOption, { readonly none: unknown; readonly what: string }>;

/** The options that were asked for. Throws an InputError for one that the engine or the model does not have. */
export function optionsOf(
  file: string,
  request: EstimateRequest,
  { rules, model }: { readonly rules: EngineRules; readonly model: ModelSpec },
): EstimateOptions {
  const asked = (Object.keys(OPTIONS) as EngineOption[]).filter(
    (key) => request[key] !== undefined && request[key] !== OPTIONS[key].none,
  );
  for (const key of asked) {
    checkOption(file, key, { value: request[key], rules, model });
  }
  const keys = [...asked, ...LISTS.filter((key) => request[key] !== undefined)];
  return Object.fromEntries(keys.map((key) => [key, request[key]]));
}

/** Checked where stages are cut. */
const LISTS = ["tensorSplit", "ppPartition"] as const satisfies readonly LayerList[];

function checkOption(
  file: string,
  key: EngineOption,
  asked: { readonly value: unknown; readonly rules: EngineRules; readonly model: ModelSpec },
): void {
  const { value, rules, model } = asked;
  const { none, what } = OPTIONS[key];
  const refuse = (expected: string): never => {
    throw new InputError({ file, key }, `expected ${expected}, got ${shown(value)}`);
  };
  if (!rules.options.has(key)) {
    refuse(`${String(none)} for ${rules.id}, which has no ${what}`);
  }
  if (key === "attentionDp" ? value !== true : !isNumberOf(key, value)) {
    refuse(EXPECTED[key]);
  }
  if (key === "crossKvFraction" && model.crossTokens === undefined) {
    refuse("0 for a model without cross-attention");
  }
  const most = draftLayerCount(model);
  if (key === "draftLayers" && Number(value) > most) {
    refuse(
      most === 0 ? "0 for a model without draft layers" : `at most ${most}, which the model has`,
    );
  }
}

const EXPECTED = {
  beamWidth: "a positive integer",
  gpuWeightsPercent: "a number from 0 to 1",
  attentionDp: "true or false",
  draftLayers: "a whole number",
  crossKvFraction: "a number between 0 and 1",
} as const satisfies Record<EngineOption, string>;

function isNumberOf(key: EngineOption, value: unknown): boolean {
  const number = Number(value);
  if (key === "crossKvFraction") {
    return number > 0 && number < 1;
  }
  return key === "gpuWeightsPercent"
    ? number >= 0 && number <= 1
    : Number.isSafeInteger(number) && number >= (key === "beamWidth" ? 1 : 0);
}
