import { overridable, shellCommand, shellQuote } from "../text/shell.ts";
import { visible } from "../text/visible.ts";
import { checkLines } from "./check-lines.ts";
import { commandLines, type Place } from "./command.ts";
import type { EngineServer, ServerNode, Variable } from "./engine-server.ts";
import { modelLines } from "./model-lines.ts";

/** Starts one node of a server in the foreground, by default pinned to its cards by what the plan says of them. */
export function startScript(
  server: EngineServer,
  node: ServerNode,
  environment: readonly string[] = node.environment.flatMap(variableLines),
): string {
  const { deployment } = server;
  const cards = node.gpus.map(({ id, catalogId }) => visible(`${id} ${catalogId}`)).join(", ");
  return `${[
    "#!/bin/sh",
    `# Serves ${visible(deployment.model)}, replica ${deployment.replica}, on ${cards}.`,
    "set -eu",
    ...(server.files.length > 0 ? [`here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)`] : []),
    "",
    ...environment,
    "",
    ...leaderLines(server),
    ...(server.triton === undefined
      ? [...modelLines(server), ...server.checks.flatMap(checkLines), ""]
      : []),
    shellCommand(
      commandLines(node.command, { text: shellQuote, place }).map(
        (words, at) => `${at === 0 ? "exec " : ""}${words.join(" ")}`,
      ),
    ),
  ].join("\n")}\n`;
}

/** The address of the first host, for those that meet there. */
function leaderLines({ spread, nodes: [first] }: EngineServer): readonly string[] {
  return spread.kind === "each-host"
    ? [...overridable("leader", first.addressVariable, first.host), ""]
    : [];
}

/** Shell lines that export a variable, its reasons first. */
export function variableLines({ name, value, why = [] }: Variable): string[] {
  return [...why.map((line) => `# ${line}`), `export ${name}=${shellQuote(value)}`];
}

/** The script stands in `start/`, its files beside that folder. */
function place(where: Place): string {
  switch (where.place) {
    case "model":
      return '"$model"';
    case "address":
      return `"\${BERTH_HOST:-127.0.0.1}"`;
    case "file":
      return `"$here/../${where.path}"`;
    case "leader":
      return where.suffix === "" ? '"$leader"' : `"$leader"${shellQuote(where.suffix)}`;
    default:
      return where satisfies never;
  }
}
