export type { Artifact } from "./deploy/artifact.ts";
export { type RenderResult, renderDeployment } from "./deploy/render.ts";
export { isTargetId, listTargets, type TargetId } from "./deploy/targets/registry.ts";
