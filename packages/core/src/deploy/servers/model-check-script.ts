import { shellQuote } from "../text/shell.ts";
import { visible } from "../text/visible.ts";
import { checkLines } from "./check-lines.ts";
import type { EngineServer } from "./engine-server.ts";
import { modelLines } from "./model-lines.ts";

/** True where something is to be looked at in the model's files before a start. */
export const HAS_CHECKS = ({ checks }: EngineServer): boolean => checks.length > 0;

/**
 * A script that makes the checks of a host's servers on the folders that it can see, for packagings
 * whose servers start without a shell. Where a server's variable may name another folder, that is looked at.
 * Undefined where there is nothing to check.
 */
export function modelCheckScript(
  servers: readonly EngineServer[],
  mayBeOther: (server: EngineServer) => boolean,
): string | undefined {
  const checked = servers.filter(HAS_CHECKS);
  return checked.length === 0
    ? undefined
    : `${[
        "#!/bin/sh",
        "# Looks into the models' files for what the servers can't be told otherwise.",
        "set -eu",
        `here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)`,
        `if [ -f "$here/.env" ]; then`,
        "  set -a",
        "  # shellcheck source=/dev/null",
        `  . "$here/.env"`,
        "  set +a",
        "fi",
        ...checked.flatMap((server) => [
          "",
          `# ${visible(server.deployment.model)}, replica ${server.deployment.replica}`,
          ...(mayBeOther(server)
            ? modelLines(server)
            : [`model=${shellQuote(server.model.source)}`]),
          ...server.checks.flatMap(checkLines),
        ]),
      ].join("\n")}\n`;
}
