import type { PlanDeployment } from "../documents/plan-document.ts";
import { isSameEngine, isSameReplica } from "../documents/staying/engine-aspects.ts";
import { type LaunchUnit, unitDeployments } from "./launch-unit.ts";

type Started = Pick<LaunchUnit, "deployment" | "alsoStarts" | "start">;

/**
 * Whether a loaded model has to go before a plan's steps are made: its server is started in another way now, or not all
 * of its instances stay as they are, which a server can't change one by one.
 */
export function isOutOfDate(engine: Started, units: readonly Started[]): boolean {
  if (engine.start.by !== "load") {
    return false;
  }
  const { version } = engine.start.server;
  if (units.some(({ start }) => start.by === "load" && start.server.version !== version)) {
    return true;
  }
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
