import { serverHosts } from "../deploy/servers/engine-servers.ts";
import { tritonHosts } from "../deploy/targets/triton-engine/repository.ts";
import { llmapiHosts } from "../deploy/targets/triton-llmapi/server.ts";
import type { PlanDeployment } from "../documents/plan-document.ts";
import type { LaunchPart } from "./launch-part.ts";

/** One server of this host that a launch starts as a process of its own. */
export interface LaunchUnit {
  /** Its name among the files of the bundle; no two servers have the same. */
  readonly name: string;
  readonly deployment: PlanDeployment;
  /** The script that runs it in the foreground, by its path in the bundle. */
  readonly script: string;
  /** A script that must have run before it, once for all that name the same; absent where there is none. */
  readonly preparation?: string;
  readonly port: number;
  /** Answers with 200 once the model is loaded and its KV cache is there. */
  readonly readyPath: string;
  /** Metrics in Prometheus' format; absent where the engine has none there. */
  readonly metricsPath?: string;
}

/** What a launch starts on a host, in start order, of parts that it does not refuse. */
export function launchUnits(parts: readonly LaunchPart[], host: string): readonly LaunchUnit[] {
  return parts
    .flatMap((part) => unitsOf(part, host))
    .sort((a, b) => a.deployment.startOrder - b.deployment.startOrder);
}

function unitsOf(part: LaunchPart, host: string): readonly LaunchUnit[] {
  const { plan, options } = part;
  switch (part.target) {
    case "triton-engine":
      return tritonUnits(
        part,
        tritonHosts(plan, options)
          .filter(({ name }) => name === host)
          .flatMap(({ prefix, servers }) =>
            servers.flatMap(({ file, port, models: [model] }) =>
              model === undefined
                ? []
                : [
                    {
                      prefix,
                      file,
                      port,
                      name: model.ensemble,
                      deployment: model.instances[0].deployment,
                    },
                  ],
            ),
          ),
      );
    case "triton-llmapi":
      return tritonUnits(
        part,
        llmapiHosts(plan, options)
          .filter(({ name }) => name === host)
          .flatMap(({ prefix, servers }) =>
            servers.map(({ modelName: name, ...server }) => ({ ...server, prefix, name })),
          ),
      );
    default:
      return serverUnits(part, host);
  }
}

interface TritonServer extends Pick<LaunchUnit, "port" | "deployment"> {
  readonly prefix: string;
  readonly file: string;
  /** The model that clients ask for. */
  readonly name: string;
}

/** The models' Python code is TensorRT-LLM's own, which a script of the bundle copies. */
function tritonUnits(part: LaunchPart, servers: readonly TritonServer[]): readonly LaunchUnit[] {
  return servers.map(({ prefix, file, port, name, deployment }) => ({
    name: file,
    deployment,
    script: `${part.prefix}${prefix}start/${file}.sh`,
    preparation: `${part.prefix}${prefix}fetch-templates.sh`,
    port,
    readyPath: `/v2/models/${name}/ready`,
  }));
}

function serverUnits({ plan, options, prefix }: LaunchPart, host: string): readonly LaunchUnit[] {
  return serverHosts(plan, options)
    .filter(({ name }) => name === host)
    .flatMap((mine) =>
      mine.servers.map(({ file, deployment, port, readyPath, metricsPath }) => ({
        name: file,
        deployment,
        script: `${prefix}${mine.prefix}start/${file}.sh`,
        port,
        readyPath,
        ...(metricsPath === undefined ? {} : { metricsPath }),
      })),
    );
}
