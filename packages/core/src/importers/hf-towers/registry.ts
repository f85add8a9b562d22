import type { ModelPart } from "../../model/model.ts";
import type { Fields } from "../fields.ts";
import type { Dimensions } from "../hf-families/family.ts";
import { ofRole } from "./encoder.ts";
import { gemma4Vision } from "./gemma4-vision.ts";
import { glmVision } from "./glm-vision.ts";
import { kimiVision } from "./kimi-vision.ts";
import { llama4Vision, mllamaVision } from "./llama-vision.ts";
import { minimaxVision } from "./minimax-vision.ts";
import { pixtral } from "./pixtral.ts";
import { qwen2Vision, qwen3Vision, qwen25Vision, qwen35Vision } from "./qwen-vision.ts";
import { gemma3Vision, llavaVision } from "./siglip.ts";
import { stepVision } from "./step-vision.ts";
import type { Tower } from "./tower.ts";

/** What stands beside the language model of a multimodal config. */
export interface Towers {
  readonly parts: readonly ModelPart[];
  /** False where there is a tower that no one described. */
  readonly areKnown: boolean;
  readonly notes: readonly string[];
  /** Whether the head is the embedding where neither part says. */
  readonly ties: boolean | undefined;
}

const TOWERS: readonly Tower[] = [
  qwen2Vision,
  qwen25Vision,
  qwen3Vision,
  qwen35Vision,
  gemma3Vision,
  gemma4Vision,
  pixtral,
  llama4Vision,
  mllamaVision,
  llavaVision,
  glmVision,
  kimiVision,
  minimaxVision,
  stepVision,
];

/** Keys of towers that no one described, and what to call them. */
const OTHERS: readonly (readonly [key: string, name: string])[] = [
  ["vision_config", "vision tower"],
  ["visual", "vision tower"],
  ["mm_vision_tower", "vision tower"],
  ["img_processor", "vision tower"],
  ["audio_config", "audio tower"],
  ["audio_processor", "audio tower"],
  ["speech_config", "audio tower"],
];

/** Reads the towers of a config. Throws an InputError where a field of a known one is wrong. */
export function readTowers(whole: Fields, text: Dimensions): Towers {
  const type = whole.text("model_type") ?? "";
  const known = TOWERS.filter(
    (tower) =>
      tower.modelTypes.includes(type) && (whole.has(tower.key) || tower.implied !== undefined),
  );
  const keys = new Set<string>(known.map(({ key }) => key));
  const others = OTHERS.filter(([key]) => whole.has(key) && !keys.has(key));
  return {
    parts: known.map((tower) => partOf(tower, whole, text)),
    areKnown: others.length === 0,
    ties: known.find(({ ties }) => ties !== undefined)?.ties,
    notes: [...new Set(others.map(([, name]) => name))].map(
      (name) => `its ${name} is of a kind that is not known, and is left out`,
    ),
  };
}

function partOf(tower: Tower, whole: Fields, text: Dimensions): ModelPart {
  const own = whole.completed({ defaults: { [tower.key]: tower.implied } });
  const fields = own.object(tower.key)?.completed(tower) ?? own;
  const isVision = tower.key === "vision_config";
  return {
    kind: isVision ? "vision" : "audio",
    isCounted: tower.isCounted,
    isLoaded: true,
    tensors: ofRole(isVision ? "vision" : "other", tower.tensors({ tower: fields, whole, text })),
    layers: [],
    hidden: text.hidden,
    ...(tower.image === undefined ? {} : { image: tower.image({ tower: fields, whole, text }) }),
  };
}
