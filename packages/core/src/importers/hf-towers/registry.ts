import type { ModelPart } from "../../model/model.ts";
import { InputError } from "../../report/errors.ts";
import type { Fields } from "../fields.ts";
import type { Dimensions } from "../hf-families/family.ts";
import { towerByFields } from "./by-fields.ts";
import { ofRole } from "./encoder.ts";
import { gemma4Audio } from "./gemma4-audio.ts";
import { gemma4Vision } from "./gemma4-vision.ts";
import { glmVision } from "./glm-vision.ts";
import { kimiVision } from "./kimi-vision.ts";
import { llama4Vision, mllamaVision } from "./llama-vision.ts";
import { minimaxVision } from "./minimax-vision.ts";
import { pixtral } from "./pixtral.ts";
import { qwen2Vision, qwen3Vision, qwen25Vision, qwen35Vision } from "./qwen-vision.ts";
import { gemma3Vision, llavaVision, vipLlavaVision } from "./siglip.ts";
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
  /** Whether it is so, too, where the text part alone says it. */
  readonly tiesByText: boolean;
}

const TOWERS: readonly Tower[] = [
  qwen2Vision,
  qwen25Vision,
  qwen3Vision,
  qwen35Vision,
  gemma3Vision,
  gemma4Vision,
  gemma4Audio,
  pixtral,
  llama4Vision,
  mllamaVision,
  llavaVision,
  vipLlavaVision,
  glmVision,
  kimiVision,
  minimaxVision,
  stepVision,
];

/** Keys of towers that no one described, and of what kind they are. */
const OTHERS: ReadonlyMap<string, "vision" | "audio"> = new Map([
  ["vision_config", "vision"],
  ["visual", "vision"],
  ["mm_vision_tower", "vision"],
  ["img_processor", "vision"],
  ["audio_config", "audio"],
  ["audio_processor", "audio"],
  ["speech_config", "audio"],
  ["encoder_config", "audio"],
  ["acoustic_tokenizer_encoder_config", "audio"],
  ["semantic_tokenizer_encoder_config", "audio"],
]);

/** Reads the towers of a config. Throws an InputError where a field of a known one is wrong. */
export function readTowers(config: Fields, text: Dimensions): Towers {
  const whole = config.object("thinker_config") ?? config;
  const type = whole.text("model_type") ?? "";
  const ofType = TOWERS.filter(({ modelTypes }) => modelTypes.includes(type));
  const known = ofType.filter((tower) => whole.has(tower.key) || tower.implied !== undefined);
  const keys = new Set<string>(known.map(({ key }) => key));
  const others = [...OTHERS]
    .filter(([key]) => whole.has(key) && !keys.has(key))
    .map(([key, kind]) => otherTower(whole, { key, kind, hidden: text.hidden }));
  return {
    parts: [
      ...known.map((tower) => partOf(tower, whole, text)),
      ...others.flatMap(({ part }) => part ?? []),
    ],
    areKnown: others.length === 0,
    ties: ofType.find(({ ties }) => ties !== undefined)?.ties,
    tiesByText: ofType.some(({ tiesByText }) => tiesByText === true),
    notes: [...new Set(others.map(({ note }) => note))],
  };
}

interface OtherTower {
  readonly part?: ModelPart;
  readonly note: string;
}

/** A tower that no one described, by its fields where they suffice. */
function otherTower(
  whole: Fields,
  of: { readonly key: string; readonly kind: "vision" | "audio"; readonly hidden: number },
): OtherTower {
  const { key, kind, hidden } = of;
  const tensors = isObject(whole.raw(key)) ? tensorsOf(whole.object(key), of) : undefined;
  const name = `its ${kind} tower is of a kind that is not known`;
  return tensors === undefined
    ? { note: `${name}, and is left out` }
    : {
        part: {
          kind,
          isCounted: true,
          isLoaded: true,
          tensors: ofRole(kind === "vision" ? "vision" : "other", tensors),
          layers: [],
          hidden,
        },
        note: `${name}: its fields were read as a plain encoder's`,
      };
}

/** Undefined, too, where a field is wrong: nothing is known of what such a field may say. */
function tensorsOf(
  tower: Fields | undefined,
  of: { readonly kind: "vision" | "audio"; readonly hidden: number },
): ReturnType<typeof towerByFields> {
  try {
    return tower === undefined ? undefined : towerByFields(tower, of);
  } catch (error) {
    if (error instanceof InputError) {
      return undefined;
    }
    throw error;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
