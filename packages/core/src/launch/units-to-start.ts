import { launchChanges } from "./launch-changes.ts";
import type { LaunchedEngine } from "./launch-state.ts";
import { type LaunchUnit, unitDeployments } from "./launch-unit.ts";
import { isUnfit } from "./out-of-date.ts";

/** Those that a launch starts or starts again, in start order; the others run as planned. */
export function unitsToStart(
  units: readonly LaunchUnit[],
  running: readonly LaunchedEngine[],
): readonly LaunchUnit[] {
  const { steps } = launchChanges(
    running.filter((one) => !isUnfit(one, units)).flatMap(unitDeployments),
    units.flatMap(unitDeployments),
  );
  const starts = steps.filter(({ action }) => action === "start");
  return units.filter((unit) =>
    unitDeployments(unit).some((one) =>
      starts.some(({ model, replica }) => model === one.model && replica === one.replica),
    ),
  );
}
