export { type CardTaken, cardsTaken } from "./launch/card-departure.ts";
export type { CardUse, Holder } from "./launch/card-use.ts";
export { notFree } from "./launch/free-for-start.ts";
export { type LaunchChanges, launchChanges } from "./launch/launch-changes.ts";
export { launchRefusals } from "./launch/launch-refusals.ts";
export { type LaunchedEngine, type LaunchState, readLaunchState } from "./launch/launch-state.ts";
export { type LaunchUnit, launchUnits } from "./launch/launch-unit.ts";
