import { cohere, cohere2 } from "./cohere.ts";
import { deepseek, deepseekMoe, deepseekV32, glmMoeDsa } from "./deepseek.ts";
import { deepseekV4 } from "./deepseek-v4.ts";
import type { Family } from "./family.ts";
import { gemma, gemma2, gemma3 } from "./gemma.ts";
import { gemma4 } from "./gemma4.ts";
import { glm, glm4, glm4Moe } from "./glm.ts";
import { gptOss } from "./gpt-oss.ts";
import { graniteMoe } from "./granite-moe.ts";
import { internlm2, llama, seedOss, tiedLlama } from "./llama.ts";
import { llama4 } from "./llama4.ts";
import { mimo, mimoV2 } from "./mimo.ts";
import { minimax, minimaxM2, minimaxM3 } from "./minimax.ts";
import { mistral, mixtral } from "./mistral.ts";
import { nemotronH } from "./nemotron-h.ts";
import { phi3 } from "./phi3.ts";
import { qwen2Moe, qwen3Moe } from "./qwen-moe.ts";
import { qwen3Next, qwen35, qwen35Moe } from "./qwen-next.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { starcoder2 } from "./starcoder2.ts";
import { step } from "./step.ts";

const FAMILIES: readonly Family[] = [
  llama,
  tiedLlama,
  seedOss,
  internlm2,
  llama4,
  qwen2,
  qwen3,
  qwen2Moe,
  qwen3Moe,
  qwen3Next,
  qwen35,
  qwen35Moe,
  mistral,
  mixtral,
  phi3,
  gemma,
  gemma2,
  gemma3,
  gemma4,
  deepseek,
  deepseekMoe,
  deepseekV32,
  deepseekV4,
  glm,
  glm4,
  glm4Moe,
  glmMoeDsa,
  gptOss,
  minimax,
  minimaxM2,
  minimaxM3,
  mimo,
  mimoV2,
  step,
  nemotronH,
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
