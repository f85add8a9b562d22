import { serverHosts } from "../deploy/servers/engine-servers.ts";
import { llmapiHosts } from "../deploy/targets/triton-llmapi/server.ts";
import type { PlanDeployment } from "../documents/plan-document.ts";
import { type FilesNeeded, filesNeeded } from "./files-needed.ts";
import type { LaunchPart } from "./launch-part.ts";
import { engineServerUnits } from "./triton-units.ts";
import type { UnitStart } from "./unit-start.ts";

/** What a launch starts on this host in one step and measures: a server, or a model of one that runs. */
export interface LaunchUnit {
  /** Its name among the files of the bundle; no two have the same. */
  readonly name: string;
  readonly deployment: PlanDeployment;
  /** What the same step starts too: further instances of one model, or all models of a server; absent where there is nothing. */
  readonly alsoStarts?: readonly PlanDeployment[];
  /** Where lines of the log say their rank among all that the step starts: the first rank of each of these, in their order. */
  readonly logRanks?: readonly number[];
  readonly start: UnitStart;
  /** Absent where the plan says where the files are. */
  readonly needs?: FilesNeeded;
  readonly port: number;
  /** Answers with 200 once the model is loaded and its KV cache is there. */
  readonly readyPath: string;
  /** Metrics in Prometheus' format; absent where the engine has none there. */
  readonly metricsPath?: string;
}

/** All that one step starts, in start order. */
export function unitDeployments({
  deployment,
  alsoStarts = [],
}: Pick<LaunchUnit, "deployment" | "alsoStarts">): readonly PlanDeployment[] {
  return [deployment, ...alsoStarts];
}

/** What a launch starts on a host, in start order, of parts that it does not refuse. */
export function launchUnits(parts: readonly LaunchPart[], host: string): readonly LaunchUnit[] {
  return parts
    .flatMap((part) => unitsOf(part, host))
    .sort((a, b) => a.deployment.startOrder - b.deployment.startOrder);
}

function unitsOf(part: LaunchPart, host: string): readonly LaunchUnit[] {
  switch (part.target) {
    case "triton-engine":
      return engineServerUnits(part, host);
    case "triton-llmapi":
      return llmapiUnits(part, host);
    default:
      return serverUnits(part, host);
  }
}

/** The models' Python code is TensorRT-LLM's own, which a script of the bundle copies. */
function llmapiUnits({ plan, options, prefix }: LaunchPart, host: string): readonly LaunchUnit[] {
  return llmapiHosts(plan, options)
    .filter(({ name }) => name === host)
    .flatMap((mine) =>
      mine.servers.map(({ file, port, modelName, deployment }) => ({
        name: file,
        deployment,
        start: {
          by: "script",
          script: `${prefix}${mine.prefix}start/${file}.sh`,
          preparation: `${prefix}${mine.prefix}fetch-templates.sh`,
        },
        port,
        readyPath: `/v2/models/${modelName}/ready`,
      })),
    );
}

function serverUnits(part: LaunchPart, host: string): readonly LaunchUnit[] {
  const { plan, options, prefix, target } = part;
  return serverHosts(plan, options)
    .filter(({ name }) => name === host)
    .flatMap((mine) =>
      mine.servers.map(({ file, deployment, port, readyPath, metricsPath, ...server }) => ({
        name: file,
        deployment,
        ...filesNeeded(server),
        start:
          target === "compose"
            ? { by: "compose", file: `${prefix}${mine.prefix}compose.yaml`, service: file }
            : { by: "script", script: `${prefix}${mine.prefix}start/${file}.sh` },
        port,
        readyPath,
        ...(metricsPath === undefined ? {} : { metricsPath }),
      })),
    );
}
