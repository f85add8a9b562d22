export type { Artifact } from "./deploy/artifact.ts";
export type { Endpoint } from "./deploy/endpoint.ts";
export { endpointsOf } from "./deploy/endpoints-of.ts";
export { type RenderResult, renderDeployment } from "./deploy/render.ts";
export {
  isObjectName,
  isTritonMode,
  KUBERNETES_CHOICES,
  type KubernetesOptions,
  MAX_FIRST_PORT,
  type RenderOptions,
  TRITON_MODES,
} from "./deploy/render-options.ts";
export { isTargetId, keepsRouter, listTargets } from "./deploy/targets/registry.ts";
export { type TargetId, targetOfEngine } from "./deploy/targets/target-id.ts";
