import {
  isUnfit,
  type LaunchedEngine,
  type LaunchUnit,
  launchChanges,
  unitDeployments,
} from "@berth/core/launch";
import type { Folders } from "../launch/keepers/keeper.ts";
import { keeperOf } from "../launch/keepers/registry.ts";
import { preparations } from "../launch/prepare.ts";
import { commandText } from "./command-text.ts";
import { replicaName } from "./plan-deployments.ts";

export interface DryRun extends Folders {
  readonly units: readonly LaunchUnit[];
  readonly running: readonly LaunchedEngine[];
}

/** Every step of a launch and the commands that it would run. */
export function printDryRun({ units, running, ...folders }: DryRun): string {
  const unfit = running.filter((one) => isUnfit(one, units));
  const { stays, steps } = launchChanges(
    running.filter((one) => !unfit.includes(one)).flatMap(unitDeployments),
    units.flatMap(unitDeployments),
  );
  const said = new Set<string>();
  const lines = [
    ...preparations(folders.bundle, units).map((words) => `first: ${commandText(words)}`),
    ...unfit.map(
      ({ name, status }) =>
        `first: stop ${name}: ${status === "starting" ? "nobody waits for it any more" : "it can't become what the plan wants while it runs"}`,
    ),
    ...stays.map((replica) => `${replicaName(replica)} runs as planned and is left alone`),
    ...steps.flatMap((step, at) => {
      const name = replicaName(step);
      const title = `${at + 1}. ${step.action} ${name} on ${step.gpus.join(", ")}: it ${step.why}`;
      const unit = units.find((one) =>
        unitDeployments(one).some(
          ({ model, replica }) => model === step.model && replica === step.replica,
        ),
      );
      if (step.action === "stop" || unit === undefined) {
        return [title];
      }
      // a server that several models share is started once
      const commands = keeperOf(unit)
        .commands(unit, folders)
        .map((words) => `   ${commandText(words)}`)
        .filter((line) => !said.has(line));
      for (const line of commands) {
        said.add(line);
      }
      return [
        title,
        ...commands,
        `   wait for http://127.0.0.1:${unit.port}${unit.readyPath}, then measure ${step.gpus.join(", ")}`,
      ];
    }),
  ];
  return `${lines.length === 0 ? "nothing to do" : lines.join("\n")}\n`;
}
