import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import type { Endpoint } from "../endpoint.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions, Target } from "./target.ts";
import { buildScript } from "./triton-engine/build-script.ts";
import { ensembleConfig } from "./triton-engine/ensemble-config.ts";
import { llmConfig } from "./triton-engine/llm-config.ts";
import { tritonReadme } from "./triton-engine/readme.ts";
import { type TritonHost, tritonHosts } from "./triton-engine/repository.ts";
import { ENGINE_RULES } from "./triton-engine/rules.ts";
import { fetchScript, loadScript, startScript } from "./triton-engine/server-scripts.ts";
import { postprocessingConfig, preprocessingConfig } from "./triton-engine/text-configs.ts";

/** One Triton server a host, all models in one repository, in orchestrator mode. */
export const tritonEngine: Target<"triton-engine"> = {
  id: "triton-engine",
  description:
    "Triton with TensorRT engines: one model repository and one server for all models (engine tensorrt-llm-engine)",
  rules: ENGINE_RULES,
  write,
  endpoints: (plan, options) => tritonHosts(plan, options).flatMap(hostEndpoints),
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const hosts = tritonHosts(plan, options);
  return [
    text("README.md", tritonReadme(plan, hosts)),
    text("plan.json", planJson(plan)),
    ...hosts.flatMap(hostFiles),
  ];
}

function hostFiles(host: TritonHost): readonly Artifact[] {
  const { prefix } = host;
  return [
    script(`${prefix}fetch-templates.sh`, fetchScript(host)),
    script(`${prefix}build.sh`, buildScript(host)),
    script(`${prefix}start.sh`, startScript(host)),
    script(`${prefix}load-models.sh`, loadScript(host)),
    ...repositoryModels(host).flatMap(({ name, config }) => [
      text(`${prefix}repository/${name}/config.pbtxt`, config),
      text(`${prefix}repository/${name}/1/.gitkeep`, ""),
    ]),
  ];
}

interface RepositoryModel {
  readonly name: string;
  readonly config: string;
}

function repositoryModels({ models, tokenizers }: TritonHost): readonly RepositoryModel[] {
  return [
    ...models.flatMap((model) => [
      { name: model.llm, config: llmConfig(model) },
      { name: model.ensemble, config: ensembleConfig(model) },
    ]),
    ...tokenizers.flatMap((tokenizer) => [
      { name: tokenizer.preprocessing, config: preprocessingConfig(tokenizer) },
      { name: tokenizer.postprocessing, config: postprocessingConfig(tokenizer) },
    ]),
  ];
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}

function script(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: true };
}

/** One server for all models of a host; each model is ready by itself. */
function hostEndpoints({ name: host, models, ports }: TritonHost): readonly Endpoint[] {
  return models.map(({ instances: [first, ...others], ensemble }) => ({
    deployments: [first.deployment, ...others.map(({ deployment }) => deployment)],
    host,
    port: ports.http,
    api: "triton-generate",
    name: ensemble,
    takesAnyName: false,
    readyPath: `/v2/models/${ensemble}/ready`,
  }));
}
