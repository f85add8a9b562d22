import { overridable } from "../text/shell.ts";
import { visible } from "../text/visible.ts";
import type { EngineServer, ServerHost } from "./engine-server.ts";
import { modelLines } from "./model-lines.ts";

/**
 * Starts the ranks of a server on all of its hosts with mpirun, one segment a host, in the order of
 * ranks. Each rank runs the script of its own host, which pins it to that host's cards.
 */
export function mpiScript(server: EngineServer, hosts: readonly ServerHost[]): string {
  const { deployment, nodes, pathVariable } = server;
  const names = nodes.map(({ host }) => visible(host)).join(", ");
  const addresses = nodes.flatMap(({ host, addressVariable }, at) =>
    overridable(`address_${at}`, addressVariable, host),
  );
  const segments = nodes.map(({ host, gpus }, at) => {
    const folder = hosts.find(({ name }) => name === host)?.prefix ?? "";
    const size = String(gpus.length);
    return `  -H "$address_${at}:${size}" -np ${size} -x BERTH_HOST -x ${pathVariable} "$bundle/${folder}ranks/${server.file}.sh"`;
  });
  return `${[
    "#!/bin/sh",
    `# Serves ${visible(deployment.model)}, replica ${deployment.replica}, over the hosts ${names}, in the order of ranks.`,
    "# This folder must be at the same place on all of them, and ssh must reach them without a password.",
    "set -eu",
    `bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)`,
    `export BERTH_HOST="\${BERTH_HOST:-127.0.0.1}"`,
    ...addresses,
    "",
    ...modelLines(server),
    `export ${pathVariable}="$model"`,
    "",
    `exec mpirun --allow-run-as-root --bind-to none \\`,
    segments.join(" : \\\n"),
  ].join("\n")}\n`;
}
