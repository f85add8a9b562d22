import { hash } from "../deploy/names.ts";
import {
  type TritonHost,
  type TritonServer,
  tritonHosts,
} from "../deploy/targets/triton-engine/repository.ts";
import { startScript } from "../deploy/targets/triton-engine/server-scripts.ts";
import type { PlanDeployment } from "../documents/plan-document.ts";
import type { LaunchPart } from "./launch-part.ts";
import type { LaunchUnit } from "./launch-unit.ts";
import type { UnitStart } from "./unit-start.ts";

/**
 * Triton with TensorRT engines: a server a replica where each leads itself, one that loads a model after the other, or one
 * step for all models where their workers come with the server.
 */
export function engineServerUnits(
  { plan, options, prefix }: LaunchPart,
  host: string,
): readonly LaunchUnit[] {
  return tritonHosts(plan, options)
    .filter(({ name }) => name === host)
    .flatMap((mine) =>
      mine.servers.flatMap((server) =>
        mine.mode === "orchestrator-no-spawn"
          ? unitOfAll(server, `${prefix}${mine.prefix}`)
          : serverUnits(mine, server, `${prefix}${mine.prefix}`),
      ),
    );
}

/** All models load when the server starts: it is ready once all of them are. Rank 0 of its log is the server itself. */
function unitOfAll(
  { file, models, port, readyPath }: TritonServer,
  folder: string,
): readonly LaunchUnit[] {
  const all = models.flatMap(({ instances }) => instances.map((one) => one.deployment));
  const [deployment, ...alsoStarts] = all;
  return deployment === undefined
    ? []
    : [
        {
          name: file,
          deployment,
          ...(alsoStarts.length === 0 ? {} : { alsoStarts }),
          logRanks: firstRanks(all),
          start: {
            by: "script",
            script: `${folder}start.sh`,
            preparation: `${folder}fetch-templates.sh`,
          },
          port,
          readyPath,
        },
      ];
}

/** A rank a card, in the order of `participant_ids`. */
function firstRanks(deployments: readonly PlanDeployment[]): readonly number[] {
  let next = 1;
  return deployments.map(({ gpus }) => {
    const first = next;
    next += gpus.length;
    return first;
  });
}

function serverUnits(
  host: TritonHost,
  server: TritonServer,
  folder: string,
): readonly LaunchUnit[] {
  const preparation = `${folder}fetch-templates.sh`;
  const shared = {
    name: server.file,
    script: `${folder}start.sh`,
    preparation,
    livePath: "/v2/health/live",
    version: hash(startScript(host, server)),
  };
  return server.models.map(({ instances: [first, ...others], llm, tokenizer, ensemble }) => {
    const { preprocessing, postprocessing } = tokenizer;
    const start: UnitStart =
      host.mode === "leader"
        ? { by: "script", script: `${folder}start/${server.file}.sh`, preparation }
        : { by: "load", server: shared, models: [llm, preprocessing, postprocessing, ensemble] };
    return {
      name: host.mode === "leader" ? server.file : ensemble,
      deployment: first.deployment,
      ...(others.length === 0 ? {} : { alsoStarts: others.map((one) => one.deployment) }),
      start,
      port: server.port,
      readyPath: `/v2/models/${ensemble}/ready`,
    };
  });
}
