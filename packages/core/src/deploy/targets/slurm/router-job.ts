import type { Endpoint } from "../../endpoint.ts";
import type { Route } from "../../routers/route.ts";
import { serverEndpoint } from "../../servers/endpoints.ts";
import { shellQuote } from "../../text/shell.ts";
import type { Job } from "./jobs.ts";

/** The servers of all jobs; the host of each is its job, since Slurm chooses the node. */
export function jobEndpoints(jobs: readonly Job[]): readonly Endpoint[] {
  return jobs.flatMap(({ name, servers }) =>
    servers.map((server) => ({ ...serverEndpoint(server, name), keptBy: "slurm" as const })),
  );
}

/** The file of a job's folder with the name of the node that it runs on. */
export const ADDRESS_FILE = "address";

/** The batch script of a router, to be submitted from router/: it starts once every job has said where it is. */
export function routerJobScript(jobs: readonly Job[], { hosts }: Route): string {
  return `${[
    "#!/bin/bash",
    "#SBATCH --job-name=berth-router",
    "#SBATCH --nodes=1",
    "#SBATCH --ntasks-per-node=1",
    "#SBATCH --time=UNLIMITED",
    "#SBATCH --output=%x-%j.log",
    "set -euo pipefail",
    `cd -- "\${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"`,
    "# Each job writes its node there when it starts, which may be long after it was submitted.",
    "node_of() {",
    `  until [ -s "../jobs/$1/${ADDRESS_FILE}" ]; do sleep 5; done`,
    `  cat -- "../jobs/$1/${ADDRESS_FILE}"`,
    "}",
    ...jobs.flatMap(({ name }) => {
      const variable = hosts.find((host) => host.name === name)?.variable ?? "";
      return [`${variable}=$(node_of ${shellQuote(name)})`, `export ${variable}`];
    }),
    `printf 'the endpoint is on %s\\n' "\${SLURMD_NODENAME:-$(hostname)}"`,
    "exec ./start.sh",
  ].join("\n")}\n`;
}
