import type { PlanDeployment } from "../documents/plan-document.ts";
import { isSameEngine, isSameReplica } from "../documents/staying/engine-aspects.ts";
import type { LaunchedEngine } from "./launch-state.ts";
import { type LaunchUnit, unitDeployments } from "./launch-unit.ts";

type Started = Pick<LaunchUnit, "deployment" | "alsoStarts" | "start">;

/** Whether a running engine has to go before a plan's steps are made, whatever they are. */
export function isUnfit(
  engine: Started & Pick<LaunchedEngine, "status">,
  units: readonly Started[],
): boolean {
  // what Berth was waiting for when it was killed is in no known state
  return engine.status === "starting" || isOutOfDate(engine, units);
}

/**
 * Whether an engine has to go before a plan's steps are made: its server is started in another way now, or not all of
 * what it started in one step stays as it is, which a server can't change one by one.
 */
function isOutOfDate(engine: Started, units: readonly Started[]): boolean {
  return isServedOtherwise(engine, units) || isRegrouped(engine, units);
}

function isServedOtherwise({ start }: Started, units: readonly Started[]): boolean {
  return (
    start.by === "load" &&
    units.some(
      ({ start: wanted }) => wanted.by === "load" && wanted.server.version !== start.server.version,
    )
  );
}

function isRegrouped(engine: Started, units: readonly Started[]): boolean {
  const own = unitDeployments(engine);
  const wanted = units
    .map(unitDeployments)
    .filter((each) => each.some((one) => own.some((other) => isSameReplica(one, other))));
  const isGroup = [own, ...wanted].some(({ length }) => length > 1);
  return isGroup && wanted.length > 0 && !(wanted.length === 1 && areSame(own, wanted[0] ?? []));
}

function areSame(running: readonly PlanDeployment[], wanted: readonly PlanDeployment[]): boolean {
  return (
    running.length === wanted.length &&
    running.every((one) => wanted.some((other) => isSameEngine(one, other)))
  );
}
