import type { Cluster, ClusterCommand } from "../launch/cluster/cluster.ts";
import { commandText } from "./command-text.ts";

/** Every command that a launch on a cluster would run, in their order. */
export function printClusterDryRun(cluster: Cluster): string {
  const lines = [
    ...cluster.beginning.map((one) => `first: ${text(one)}`),
    ...cluster.units.flatMap((unit, at) => {
      const models = unit.engines
        .map(({ deployment: { model, replica } }) => `${model}, replica ${replica}`)
        .join("; ");
      return [
        `${at + 1}. ${unit.name} (${models}), until it is ready`,
        ...cluster.commands(unit).map((one) => `   ${text(one)}`),
      ];
    }),
    ...cluster.ending.map((one) => `where one fails, unless --keep: ${text(one)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function text({ words, folder }: ClusterCommand): string {
  return folder === undefined
    ? commandText(words)
    : `${commandText(words)} (in ${commandText([folder])})`;
}
