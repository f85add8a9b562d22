import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { peerToPeer, pinning } from "../../servers/pinning.ts";
import { variableLines } from "../../servers/start-script.ts";
import { overridable, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { noPools, portOptions } from "../triton/ports.ts";
import { HERE } from "../triton/script-parts.ts";
import { needFiles } from "./need-files.ts";
import type { TritonHost, TritonServer } from "./repository.ts";
import { mpirun } from "./server-scripts.ts";

/** Starts the server of one replica in the foreground: a Triton a rank, pinned to its cards; the first one answers. */
export function leaderScript(host: TritonHost, server: TritonServer): string {
  const hosted = server.models[0]?.instances[0];
  const gpus = hosted?.gpus ?? [];
  const cards = gpus.map(({ id, catalogId }) => visible(`${id} ${catalogId}`)).join(", ");
  const name = visible(hosted?.deployment.model ?? "");
  return `${[
    "#!/bin/sh",
    `# Triton with ${name}, replica ${hosted?.deployment.replica ?? 0}, on ${cards}.`,
    "# BERTH_HOST is the address to listen on (127.0.0.1; in a container 0.0.0.0). Triton asks for no key.",
    "set -eu",
    HERE,
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    ...needFiles(host, server, '"$here"/../'),
    "",
    ...pinning(gpus).flatMap(variableLines),
    ...(hosted === undefined ? [] : peerToPeer(hosted.deployment).flatMap(variableLines)),
    "# Each model leads itself.",
    "unset TRTLLM_ORCHESTRATOR TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES",
    "",
    leaderCommand(server, {
      ranks: gpus.length,
      repository: `"$here"/../${shellQuote(server.repository)}`,
    }),
  ].join("\n")}\n`;
}

/**
 * What launch_triton_server.py --world_size=N would start: the first rank loads the whole repository and answers, the
 * others load the engine only and never bind their ports. Names in shared memory are the server's own, so that
 * several servers of a host don't meet there; the pool flags keep each rank from taking memory on every card.
 */
export function leaderCommand(
  { file, models, ports }: Pick<TritonServer, "file" | "models" | "ports">,
  { ranks, repository, own = [] }: LeaderRun,
): string {
  const rank = (at: number): readonly string[] => [
    `-n 1 ${launcherFact("triton", "server")}`,
    `--model-repository=${repository}`,
    ...(at === 0
      ? []
      : [
          "--model-control-mode=explicit",
          ...models.map(({ llm }) => `--load-model=${shellQuote(llm)}`),
        ]),
    ...portOptions(ports),
    ...noPools(ranks),
    "--disable-auto-complete-config",
    `--backend-config=python,shm-region-prefix-name=${shellQuote(`berth_${file}_${at}_`)}`,
  ];
  return mpirun(
    Array.from({ length: ranks }, (_, at) => rank(at)),
    own,
  );
}

interface LeaderRun {
  readonly ranks: number;
  /** A word of a shell. */
  readonly repository: string;
  /** Words of mpirun's own. */
  readonly own?: readonly string[];
}
