export { beyondPlan } from "./launch/beyond-plan.ts";
export { type CardTaken, cardsTaken } from "./launch/card-departure.ts";
export type { CardUse, Holder } from "./launch/card-use.ts";
export type { ClusterProgress } from "./launch/cluster-progress.ts";
export {
  type ClusterPart,
  type ClusterState,
  type ClusterThing,
  readClusterState,
} from "./launch/cluster-state.ts";
export {
  type ClusterEngine,
  type ClusterTarget,
  type ClusterUnit,
  isClusterTarget,
  type KubeUnit,
  kubeUnits,
  slurmUnits,
} from "./launch/cluster-unit.ts";
export { CONTAINER_LABEL, type Container, readContainers } from "./launch/containers.ts";
export { type FilesNeeded, missingFiles } from "./launch/files-needed.ts";
export { notFree } from "./launch/free-for-start.ts";
export { readKubeContext } from "./launch/kube-context.ts";
export { type KubeState, readKubeState } from "./launch/kube-progress.ts";
export { type LaunchChanges, launchChanges } from "./launch/launch-changes.ts";
export { launchRefusals } from "./launch/launch-refusals.ts";
export {
  type LaunchedEngine,
  type LaunchState,
  type LoadingServer,
  readLaunchState,
} from "./launch/launch-state.ts";
export { type LaunchUnit, launchUnits, unitDeployments } from "./launch/launch-unit.ts";
export { isUnfit } from "./launch/out-of-date.ts";
export { isInQueue, readSlurmJob, type SlurmJob, slurmProgress } from "./launch/slurm-progress.ts";
export type { SharedServer, UnitStart } from "./launch/unit-start.ts";
export { unitsToStart } from "./launch/units-to-start.ts";
