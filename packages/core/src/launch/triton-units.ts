import { hash } from "../deploy/names.ts";
import {
  type TritonHost,
  type TritonServer,
  tritonHosts,
} from "../deploy/targets/triton-engine/repository.ts";
import { startScript } from "../deploy/targets/triton-engine/server-scripts.ts";
import type { LaunchPart } from "./launch-part.ts";
import type { LaunchUnit } from "./launch-unit.ts";
import type { UnitStart } from "./unit-start.ts";

/** Triton with TensorRT engines: a server a replica where each leads itself, else one that loads a model after the other. */
export function engineServerUnits(
  { plan, options, prefix }: LaunchPart,
  host: string,
): readonly LaunchUnit[] {
  return tritonHosts(plan, options)
    .filter(({ name }) => name === host)
    .flatMap((mine) =>
      mine.servers.flatMap((server) => serverUnits(mine, server, `${prefix}${mine.prefix}`)),
    );
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
