import type { EngineId } from "../../engine/engine.ts";
import type { Endpoint, Keeper } from "../endpoint.ts";
import { isFollower, type ServerHost } from "./engine-server.ts";

/** Where the servers of these hosts listen, each on the first of its hosts, in start order. */
export function serverEndpoints(
  hosts: readonly ServerHost[],
  keptBy?: Keeper,
): readonly Endpoint[] {
  return hosts.flatMap(({ name: host, prefix, servers }) =>
    servers
      .filter((server) => !isFollower(server, host))
      .map(({ deployment, file, port, readyPath, servedName }) => ({
        deployments: [deployment],
        host,
        port,
        api: "openai",
        name: servedName ?? deployment.model,
        takesAnyName: TAKES_ANY_NAME[deployment.engine.id],
        readyPath,
        ...(keptBy === undefined ? { script: `${prefix}start/${file}.sh` } : { keptBy }),
      })),
  );
}

/** Engines whose servers do not compare the model of a request with their own. False where that is not known. */
const TAKES_ANY_NAME: Readonly<Record<EngineId, boolean>> = {
  "tensorrt-llm": true,
  "tensorrt-llm-engine": false,
  vllm: false,
  sglang: false,
  "llama.cpp": true,
};
