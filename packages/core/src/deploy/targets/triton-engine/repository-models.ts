import { blsConfig } from "./bls-config.ts";
import { ensembleConfig } from "./ensemble-config.ts";
import { llmConfig } from "./llm-config.ts";
import type { TritonServer } from "./repository.ts";
import { postprocessingConfig, preprocessingConfig } from "./text-configs.ts";

/** One model of a Triton repository. */
export interface RepositoryModel {
  readonly name: string;
  /** Its config.pbtxt. */
  readonly config: string;
  /** The folder of TensorRT-LLM's templates that has its Python code; absent where it needs none. */
  readonly template?: "preprocessing" | "postprocessing" | "tensorrt_llm_bls";
}

/** Every model of a server's repository. */
export function repositoryModels({
  models,
  tokenizers,
  front,
}: Pick<TritonServer, "models" | "tokenizers" | "front">): readonly RepositoryModel[] {
  return [
    ...models.flatMap((model): readonly RepositoryModel[] => [
      { name: model.llm, config: llmConfig(model, front) },
      front === "bls"
        ? { name: model.ensemble, config: blsConfig(model), template: "tensorrt_llm_bls" }
        : { name: model.ensemble, config: ensembleConfig(model) },
    ]),
    ...tokenizers.flatMap((tokenizer): readonly RepositoryModel[] => [
      {
        name: tokenizer.preprocessing,
        config: preprocessingConfig(tokenizer, front),
        template: "preprocessing",
      },
      {
        name: tokenizer.postprocessing,
        config: postprocessingConfig(tokenizer),
        template: "postprocessing",
      },
    ]),
  ];
}
