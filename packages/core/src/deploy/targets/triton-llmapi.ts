import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import type { Endpoint } from "../endpoint.ts";
import { planJson } from "../plan-json.ts";
import { startAllScript } from "../servers/start-all.ts";
import type { RenderOptions, Target } from "./target.ts";
import { llmapiConfig } from "./triton-llmapi/config.ts";
import { modelYaml } from "./triton-llmapi/model-yaml.ts";
import { llmapiReadme } from "./triton-llmapi/readme.ts";
import { LLMAPI_RULES } from "./triton-llmapi/rules.ts";
import { llmapiFetchScript, llmapiStartScript } from "./triton-llmapi/scripts.ts";
import { type LlmapiHost, llmapiHosts } from "./triton-llmapi/server.ts";

/** One Triton server a replica, with one LLM-API model, pinned to its cards. */
export const tritonLlmapi: Target<"triton-llmapi"> = {
  id: "triton-llmapi",
  description:
    "Triton with LLM-API models: a repository with a model.yaml and a server a model (engine tensorrt-llm)",
  rules: LLMAPI_RULES,
  write,
  endpoints: (plan, options) => llmapiHosts(plan, options).flatMap(hostEndpoints),
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const hosts = llmapiHosts(plan, options);
  return [
    file("README.md", llmapiReadme(plan, hosts)),
    file("plan.json", planJson(plan)),
    ...hosts.flatMap(hostFiles),
  ];
}

function hostFiles(host: LlmapiHost): readonly Artifact[] {
  const { prefix, servers } = host;
  return [
    script(`${prefix}fetch-templates.sh`, llmapiFetchScript(host)),
    script(`${prefix}start-all.sh`, startAllScript(host)),
    ...servers.flatMap((server) => [
      script(`${prefix}start/${server.file}.sh`, llmapiStartScript(server)),
      file(`${prefix}${server.modelFolder}/config.pbtxt`, llmapiConfig(server)),
      file(`${prefix}${server.modelFolder}/1/model.yaml`, modelYaml(server)),
    ]),
  ];
}

function file(path: string, text: string): Artifact {
  return { path, text, isExecutable: false };
}

function script(path: string, text: string): Artifact {
  return { path, text, isExecutable: true };
}

function hostEndpoints({ name: host, prefix, servers }: LlmapiHost): readonly Endpoint[] {
  return servers.map(({ deployment, port, file, modelName }) => ({
    deployments: [deployment],
    host,
    port,
    api: "triton-llmapi",
    name: modelName,
    takesAnyName: false,
    readyPath: `/v2/models/${modelName}/ready`,
    script: `${prefix}start/${file}.sh`,
  }));
}
