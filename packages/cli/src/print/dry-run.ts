import { type LaunchedEngine, type LaunchUnit, launchChanges } from "@berth/core/launch";
import { preparations } from "../launch/prepare.ts";
import { replicaName } from "./plan-deployments.ts";

export interface DryRun {
  /** Folder of the bundle. */
  readonly bundle: string;
  readonly units: readonly LaunchUnit[];
  readonly running: readonly LaunchedEngine[];
}

/** Every step of a launch and the command that it would run. */
export function printDryRun({ bundle, units, running }: DryRun): string {
  const { stays, steps } = launchChanges(
    running.map(({ deployment }) => deployment),
    units.map(({ deployment }) => deployment),
  );
  const lines = [
    ...preparations(units).map((script) => `first: sh ${bundle}/${script}`),
    ...stays.map((replica) => `${replicaName(replica)} runs as planned and is left alone`),
    ...steps.flatMap((step, at) => {
      const name = replicaName(step);
      const title = `${at + 1}. ${step.action} ${name} on ${step.gpus.join(", ")}: it ${step.why}`;
      const unit = units.find(
        ({ deployment }) => deployment.model === step.model && deployment.replica === step.replica,
      );
      return step.action === "stop" || unit === undefined
        ? [title]
        : [
            title,
            `   sh ${bundle}/${unit.script}`,
            `   wait for http://127.0.0.1:${unit.port}${unit.readyPath}, then measure ${step.gpus.join(", ")}`,
          ];
    }),
  ];
  return `${lines.length === 0 ? "nothing to do" : lines.join("\n")}\n`;
}
