import { type LaunchedEngine, unitDeployments } from "@berth/core/launch";
import { type NamedMetrics, nameOf, type OwnerOf } from "@berth/core/verify";
import { aliveMarks, engineProcesses } from "../launch/keepers/registry.ts";
import { readState } from "../launch/state-file.ts";

/** What berth launch started on this host: whose each process is, and where its metrics are. */
export interface LaunchedHere {
  readonly ownerOf: OwnerOf;
  readonly endpoints: readonly Endpoint[];
}

/** A metrics endpoint, and the engine that it is of where that is known. */
export interface Endpoint {
  readonly url: string;
  readonly of?: NamedMetrics["of"];
}

/** Nothing where berth launch started nothing. Throws an InputError for a state that can't be read. */
export async function launchedHere(folder: string): Promise<LaunchedHere> {
  const state = await readState(folder);
  const engines = state?.engines ?? [];
  const byMark = new Map(engines.map((engine) => [engine.mark, engine]));
  const processes = await engineProcesses(engines);
  const alive = await aliveMarks(engines);
  return {
    ownerOf: ({ id, host }, pid) => {
      const engine = host === state?.host ? byMark.get(processes.get(pid) ?? "") : undefined;
      const all = engine === undefined ? [] : unitDeployments(engine);
      return all.find(({ gpus }) => gpus.includes(id)) ?? all[0];
    },
    endpoints: engines.filter(({ mark }) => alive.has(mark)).flatMap(endpointOf),
  };
}

/** Where an engine says how large its KV cache is; Triton says it on a port that the state does not know. */
function endpointOf(engine: LaunchedEngine): readonly Endpoint[] {
  const { deployment, port, readyPath, metricsPath } = engine;
  const { model, replica } = deployment;
  const at = (path: string): readonly Endpoint[] => [
    { url: `http://127.0.0.1:${port}${path}`, of: { model, replica } },
  ];
  switch (deployment.engine.id) {
    case "llama.cpp":
      return at("/props");
    case "tensorrt-llm":
      return readyPath === "/health" ? at("/metrics") : [];
    default:
      return metricsPath === undefined ? [] : at(metricsPath);
  }
}

/** "chat at http://127.0.0.1:8000/metrics": what messages and metrics call it. */
export function endpointName({ url, of }: Endpoint): string {
  return of === undefined ? url : `${nameOf(of)} at ${url}`;
}
