import { cohere, cohere2 } from "./cohere.ts";
import { deepseek, deepseekMoe } from "./deepseek.ts";
import type { Family } from "./family.ts";
import { gemma, gemma2, gemma3 } from "./gemma.ts";
import { glm, glm4, glm4Moe } from "./glm.ts";
import { graniteMoe } from "./granite-moe.ts";
import { internlm2, llama, seedOss, tiedLlama } from "./llama.ts";
import { mistral, mixtral } from "./mistral.ts";
import { phi3 } from "./phi3.ts";
import { qwen2Moe, qwen3Moe } from "./qwen-moe.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { starcoder2 } from "./starcoder2.ts";

const FAMILIES: readonly Family[] = [
  llama,
  tiedLlama,
  seedOss,
  internlm2,
  qwen2,
  qwen3,
  qwen2Moe,
  qwen3Moe,
  mistral,
  mixtral,
  phi3,
  gemma,
  gemma2,
  gemma3,
  deepseek,
  deepseekMoe,
  glm,
  glm4,
  glm4Moe,
  graniteMoe,
  cohere,
  cohere2,
  starcoder2,
];

const BY_MODEL_TYPE: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((family) => family.modelTypes.map((type) => [type, family] as const)),
);

/** The family that reads this `model_type`. */
export function familyOf(modelType: string): Family | undefined {
  return BY_MODEL_TYPE.get(modelType);
}
