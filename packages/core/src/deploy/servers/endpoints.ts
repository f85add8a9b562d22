import type { EngineId } from "../../engine/engine.ts";
import type { Endpoint, Keeper } from "../endpoint.ts";
import { type EngineServer, isFollower, type ServerHost } from "./engine-server.ts";

/** Where the servers of these hosts listen, each on the first of its hosts, in start order. */
export function serverEndpoints(
  hosts: readonly ServerHost[],
  keptBy?: Keeper,
): readonly Endpoint[] {
  return hosts.flatMap(({ name: host, prefix, servers }) =>
    servers
      .filter((server) => !isFollower(server, host))
      .map((server) => ({
        ...serverEndpoint(server, host),
        ...(keptBy === undefined ? { script: `${prefix}start/${server.file}.sh` } : { keptBy }),
      })),
  );
}

/** One server as it listens on this host. */
export function serverEndpoint(
  { deployment, port, readyPath, servedName, triton }: EngineServer,
  host: string,
): Endpoint {
  const shared = { deployments: [deployment], host, port } as const;
  return triton === undefined
    ? {
        ...shared,
        api: "openai",
        name: servedName ?? deployment.model,
        takesAnyName: TAKES_ANY_NAME[deployment.engine.id],
        readyPath,
      }
    : {
        ...shared,
        api: "triton-ensemble",
        name: triton.name,
        takesAnyName: false,
        readyPath: `/v2/models/${triton.name}/ready`,
      };
}

/** Engines whose servers do not compare the model of a request with their own. False where that is not known. */
const TAKES_ANY_NAME: Readonly<Record<EngineId, boolean>> = {
  "tensorrt-llm": true,
  "tensorrt-llm-engine": false,
  vllm: false,
  sglang: false,
  "llama.cpp": true,
};
