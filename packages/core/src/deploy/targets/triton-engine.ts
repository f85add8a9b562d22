import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import type { Endpoint } from "../endpoint.ts";
import { planJson } from "../plan-json.ts";
import { startAllScript } from "../servers/start-all.ts";
import type { RenderOptions, Target } from "./target.ts";
import { buildScript } from "./triton-engine/build-script.ts";
import { leaderScript } from "./triton-engine/leader-script.ts";
import { loadScript } from "./triton-engine/load-script.ts";
import { openaiFrontend, openaiScript } from "./triton-engine/openai.ts";
import { tritonReadme } from "./triton-engine/readme.ts";
import { type TritonHost, tritonHosts } from "./triton-engine/repository.ts";
import { repositoryModels } from "./triton-engine/repository-models.ts";
import { TRITON_ENGINE_RULES } from "./triton-engine/rules.ts";
import { fetchScript, startScript } from "./triton-engine/server-scripts.ts";

/** One Triton server a host with all models in one repository, or one a replica: as the mode says. */
export const tritonEngine: Target<"triton-engine"> = {
  id: "triton-engine",
  description:
    "Triton with TensorRT engines: one server for all models of a host, or one a model (engine tensorrt-llm-engine)",
  rules: TRITON_ENGINE_RULES,
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
  const { prefix, servers } = host;
  return [
    script(`${prefix}fetch-templates.sh`, fetchScript(host)),
    script(`${prefix}build.sh`, buildScript(host)),
    ...startFiles(host),
    ...servers.flatMap((server) =>
      repositoryModels(server).flatMap(({ name, config }) => [
        text(`${prefix}${server.repository}/${name}/config.pbtxt`, config),
        text(`${prefix}${server.repository}/${name}/1/.gitkeep`, ""),
      ]),
    ),
  ];
}

/** What starts one server for all and loads its models, or one server after the other. */
function startFiles(host: TritonHost): readonly Artifact[] {
  const { prefix, mode, servers } = host;
  return mode === "leader"
    ? [
        script(`${prefix}start-all.sh`, startAllScript(host)),
        ...servers.map((server) =>
          script(`${prefix}start/${server.file}.sh`, leaderScript(host, server)),
        ),
      ]
    : servers.flatMap((server) => {
        const frontend = openaiFrontend(host, server);
        return [
          script(`${prefix}start.sh`, startScript(host, server)),
          script(`${prefix}load-models.sh`, loadScript(host, server)),
          ...(frontend.isOffered
            ? [script(`${prefix}start-openai.sh`, openaiScript(host, server, frontend.tokenizer))]
            : []),
        ];
      });
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}

function script(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: true };
}

/** Each model is ready by itself; a server that leads its own model has a script of its own. */
function hostEndpoints({ name: host, mode, prefix, servers }: TritonHost): readonly Endpoint[] {
  return servers.flatMap(({ models, ports, file }) =>
    models.map(({ instances: [first, ...others], ensemble }) => ({
      deployments: [first.deployment, ...others.map(({ deployment }) => deployment)],
      host,
      port: ports.http,
      api: "triton-ensemble",
      name: ensemble,
      takesAnyName: false,
      readyPath: `/v2/models/${ensemble}/ready`,
      ...(mode === "leader" ? { script: `${prefix}start/${file}.sh` } : {}),
    })),
  );
}
