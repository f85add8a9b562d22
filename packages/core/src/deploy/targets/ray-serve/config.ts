import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { engineKwargs } from "./engine-kwargs.ts";
import type { RayModel } from "./models.ts";

/** What `serve deploy` takes. */
export function serveConfig(models: readonly RayModel[]): object {
  return {
    http_options: { host: "0.0.0.0", port: launcherFact("ray-serve", "httpPort") },
    applications: [
      {
        name: "berth",
        route_prefix: "/",
        import_path: launcherFact("ray-serve", "importPath"),
        args: { llm_configs: models.map(llmConfig) },
      },
    ],
  };
}

function llmConfig({ servers, source, resource }: RayModel): object {
  const [{ deployment, nodes }] = servers;
  const variables = nodes[0].environment.filter(({ name }) => !PINNING.includes(name));
  return {
    model_loading_config: { model_id: deployment.model, model_source: source },
    engine_kwargs: engineKwargs(nodes[0].command),
    placement_group_config: {
      bundles: deployment.gpus.map(() => ({ CPU: 1, GPU: 1, [resource]: 1 })),
      strategy: nodes.length > 1 ? "PACK" : "STRICT_PACK",
    },
    deployment_config: {
      num_replicas: servers.length,
      max_ongoing_requests: deployment.maxBatchSize,
    },
    ...(variables.length === 0
      ? {}
      : {
          runtime_env: {
            env_vars: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
          },
        }),
  };
}

/** Ray gives each worker its card. */
const PINNING: readonly string[] = ["CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES"];
