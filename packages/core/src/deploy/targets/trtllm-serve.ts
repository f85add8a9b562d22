import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import { ONE_HOST_RULES, onlyEngine } from "../rules.ts";
import { serverEndpoints } from "../servers/endpoints.ts";
import type { ServerHost } from "../servers/engine-server.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { trtllmServeLauncher } from "../servers/engines/trtllm-serve.ts";
import { startAllScript } from "../servers/start-all.ts";
import { startScript } from "../servers/start-script.ts";
import type { RenderOptions, Target } from "./target.ts";
import { serveReadme } from "./trtllm-serve/readme.ts";

/** One trtllm-serve a model, pinned to its cards. */
export const trtllmServe: Target<"trtllm-serve"> = {
  id: "trtllm-serve",
  description:
    "trtllm-serve, one process a model: a YAML and a start script each (engine tensorrt-llm)",
  rules: [onlyEngine("tensorrt-llm"), ...ONE_HOST_RULES, ...trtllmServeLauncher.rules],
  write,
  endpoints: (plan, options) => serverEndpoints(serverHosts(plan, options)),
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
      ...server.files.map(({ path, text }) => ({
        path: `${prefix}${path}`,
        text,
        isExecutable: false,
      })),
      {
        path: `${prefix}start/${server.file}.sh`,
        text: startScript(server, server.nodes[0]),
        isExecutable: true,
      },
    ]),
  ];
}
