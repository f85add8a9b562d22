export type { Artifact } from "./deploy/artifact.ts";
export { type RenderResult, renderDeployment } from "./deploy/render.ts";
export { isTargetId, listTargets } from "./deploy/targets/registry.ts";
export type { RenderOptions } from "./deploy/targets/target.ts";
export { type TargetId, targetOfEngine } from "./deploy/targets/target-id.ts";
