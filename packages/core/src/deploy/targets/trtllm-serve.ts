import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions, Target } from "./target.ts";
import { serveConfig } from "./trtllm-serve/config.ts";
import { serveReadme } from "./trtllm-serve/readme.ts";
import { SERVE_RULES } from "./trtllm-serve/rules.ts";
import { type ServerHost, serverHosts } from "./trtllm-serve/server.ts";
import { startAllScript } from "./trtllm-serve/start-all.ts";
import { startScript } from "./trtllm-serve/start-script.ts";

/** One trtllm-serve a model, pinned to its cards. */
export const trtllmServe: Target<"trtllm-serve"> = {
  id: "trtllm-serve",
  description:
    "trtllm-serve, one process a model: a YAML and a start script each (engine tensorrt-llm)",
  rules: SERVE_RULES,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const hosts = serverHosts(plan, options);
  return [
    { path: "README.md", text: serveReadme(plan, hosts), isExecutable: false },
    { path: "plan.json", text: planJson(plan), isExecutable: false },
    ...hosts.flatMap(hostFiles),
  ];
}

function hostFiles(host: ServerHost): readonly Artifact[] {
  const { prefix, servers } = host;
  return [
    { path: `${prefix}start-all.sh`, text: startAllScript(host), isExecutable: true },
    ...servers.flatMap((server) => [
      {
        path: `${prefix}config/${server.file}.yaml`,
        text: serveConfig(server),
        isExecutable: false,
      },
      { path: `${prefix}start/${server.file}.sh`, text: startScript(server), isExecutable: true },
    ]),
  ];
}
