import { engineIds, gpuIds, modelIds } from "@berth/core";
import { listTargets, TRITON_MODES } from "@berth/core/deploy";
import { listRouters } from "@berth/core/routers";

/** Values of a flag or an argument that are known beforehand; undefined where anything may stand. */
export function valuesOf(command: string, name: string): readonly string[] | undefined {
  return VALUES[`${command} ${name}`]?.() ?? VALUES[name]?.();
}

const VALUES: Readonly<Record<string, (() => readonly string[]) | undefined>> = {
  engine: engineIds,
  "estimate gpu": gpuIds,
  "estimate model": modelIds,
  target: () => listTargets().map(({ id }) => id),
  router: () => listRouters().map(({ id }) => id),
  "triton-mode": () => TRITON_MODES,
  "on-departure": () => ["stop", "replan", "continue"],
  "catalog kind": () => ["gpus", "models", "engines"],
  "completion shell": () => ["bash", "zsh", "fish"],
};
