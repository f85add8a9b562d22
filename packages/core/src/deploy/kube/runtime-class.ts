import type { RenderOptions } from "../render-options.ts";

/** Part of a pod's specification; empty where the nodes' own runtime will do. */
export function runtimeClass({ kubernetes }: RenderOptions): object {
  const name = kubernetes?.runtimeClass;
  return name === undefined ? {} : { runtimeClassName: name };
}
