import { afmoe } from "./afmoe.ts";
import { apertus } from "./apertus.ts";
import { bert, modernBert } from "./bert.ts";
import { cohere, cohere2, cohere2Moe } from "./cohere.ts";
import { deepseek, deepseekMoe, deepseekV32, glmMoeDsa } from "./deepseek.ts";
import { deepseekV4 } from "./deepseek-v4.ts";
import { exaone4, exaoneMoe } from "./exaone.ts";
import { falcon } from "./falcon.ts";
import type { Family } from "./family.ts";
import { gemma, gemma2, gemma3 } from "./gemma.ts";
import { gemma3n } from "./gemma3n.ts";
import { gemma4, gemma4Unified } from "./gemma4.ts";
import { chatglm, glm, glm4, glm4Moe, glm4v } from "./glm.ts";
import { bloom, gpt2, gptj, gptNeox, mpt, opt } from "./gpt.ts";
import { gptOss } from "./gpt-oss.ts";
import { bamba, falconH1, graniteHybrid } from "./granite-hybrid.ts";
import { graniteMoe, graniteMoeSwa, graniteSwa } from "./granite-moe.ts";
import { hunyuan, hunyuanMoe, hy3 } from "./hunyuan.ts";
import { kimiLinear } from "./kimi-linear.ts";
import { latentDense } from "./latent-dense.ts";
import {
  arcee,
  baichuan,
  internlm,
  internlm2,
  llama,
  nemotron,
  seedOss,
  tiedLlama,
} from "./llama.ts";
import { llama4 } from "./llama4.ts";
import { longcat } from "./longcat.ts";
import { jamba, mamba, mamba2 } from "./mamba.ts";
import { mimo, mimoV2 } from "./mimo.ts";
import { minimax, minimaxM2, minimaxM3 } from "./minimax.ts";
import { ministral, mistral, mixtral } from "./mistral.ts";
import { mllama } from "./mllama.ts";
import { nemotronH } from "./nemotron-h.ts";
import { nemotronNas } from "./nemotron-nas.ts";
import { olmo, olmo2, olmoe, olmoHybrid } from "./olmo.ts";
import { dots1, ernieMoe, lfm2, stablelm } from "./others.ts";
import { phi, phimoe } from "./phi.ts";
import { phi3 } from "./phi3.ts";
import { qwen2Moe, qwen3Moe } from "./qwen-moe.ts";
import { qwen3Next, qwen35, qwen35Moe } from "./qwen-next.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { starcoder2 } from "./starcoder2.ts";
import { step } from "./step.ts";
import { t5 } from "./t5.ts";
import { whisper } from "./whisper.ts";

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
  gemma4Unified,
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
  bert,
  modernBert,
  falcon,
  gemma3n,
  bloom,
  gpt2,
  gptj,
  gptNeox,
  mpt,
  opt,
  bamba,
  falconH1,
  graniteHybrid,
  kimiLinear,
  jamba,
  mamba,
  mamba2,
  mllama,
  nemotronNas,
  olmo,
  olmo2,
  olmoe,
  dots1,
  ernieMoe,
  exaone4,
  lfm2,
  stablelm,
  phi,
  phimoe,
  t5,
  whisper,
  chatglm,
  glm4v,
  arcee,
  baichuan,
  internlm,
  nemotron,
  ministral,
  afmoe,
  apertus,
  cohere2Moe,
  exaoneMoe,
  graniteSwa,
  graniteMoeSwa,
  hunyuan,
  hunyuanMoe,
  hy3,
  latentDense,
  longcat,
  olmoHybrid,
];

const BY_MODEL_TYPE: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((family) => family.modelTypes.map((type) => [type, family] as const)),
);

/** The family that reads this `model_type`. */
export function familyOf(modelType: string): Family | undefined {
  return BY_MODEL_TYPE.get(modelType);
}
