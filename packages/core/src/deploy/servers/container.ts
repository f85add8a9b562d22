import type { PlanGpu } from "../../documents/plan-document.ts";
import type { Command } from "./command.ts";
import type { EngineServer, ServerNode, Variable } from "./engine-server.ts";

/** What a container is given of the host's cards: UUIDs, or indexes where one has none. */
export function containerCards({ gpus }: ServerNode): readonly string[] {
  const uuids = gpus.flatMap(({ uuid }) => uuid ?? []);
  return uuids.length === gpus.length ? uuids : gpus.map(({ index }) => String(index));
}

/**
 * The environment inside a container that holds this node's cards and no others. They are counted
 * anew there, in PCI order, so that an index is a card's position among them.
 */
export function containerEnvironment({ gpus, environment }: ServerNode): readonly Variable[] {
  const hasUuids = gpus.every(({ uuid }) => uuid !== undefined);
  return environment.map(({ name, value }) => ({
    name,
    value: name === "CUDA_VISIBLE_DEVICES" && !hasUuids ? positions(gpus) : value,
  }));
}

function positions(gpus: readonly PlanGpu[]): string {
  const inOrder = gpus.map(({ index }) => index).sort((left, right) => left - right);
  return gpus.map(({ index }) => inOrder.indexOf(index)).join(",");
}

/** A container's words: the image's own entry point takes them, unless there is another here. */
export interface ContainerCommand {
  readonly entrypoint?: readonly string[];
  readonly command: Command;
}

export function containerCommand(
  { image }: EngineServer,
  { command }: ServerNode,
): ContainerCommand {
  return image.entrypoint === undefined
    ? { command }
    : { entrypoint: image.entrypoint, command: command.slice(1) };
}
