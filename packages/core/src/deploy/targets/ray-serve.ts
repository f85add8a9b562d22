import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions } from "../render-options.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { yamlText } from "../text/yaml.ts";
import { serveConfig } from "./ray-serve/config.ts";
import { rayModels } from "./ray-serve/models.ts";
import { rayReadme } from "./ray-serve/readme.ts";
import { RAY_RULES } from "./ray-serve/rules.ts";
import type { Target } from "./target.ts";

/** One Ray Serve application with all models, each on the cards that the plan gives it. */
export const rayServe: Target<"ray-serve"> = {
  id: "ray-serve",
  description:
    "Ray Serve LLM: one application with an OpenAI endpoint for all models (engine vllm)",
  rules: RAY_RULES,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const models = rayModels(serverHosts(plan, options, "of-its-own"), options);
  return [
    text("README.md", rayReadme(plan, models)),
    text("plan.json", planJson(plan)),
    text("serve.yaml", yamlText({ value: serveConfig(models) })),
  ];
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}
