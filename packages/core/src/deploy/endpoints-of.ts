import type { PlanDocument } from "../documents/plan-document.ts";
import type { Endpoint } from "./endpoint.ts";
import type { RenderOptions } from "./render-options.ts";
import { targetOf } from "./targets/registry.ts";
import type { TargetId } from "./targets/target-id.ts";

/** How a target's files are written. */
interface Rendering {
  readonly options?: RenderOptions;
  /** Folder of the target's files in the bundle: "" or "NAME/". */
  readonly prefix?: string;
}

/** The servers that a target starts for a plan, in start order; none where it starts nothing at known addresses. */
export function endpointsOf(
  plan: PlanDocument,
  target: TargetId,
  { options = {}, prefix = "" }: Rendering = {},
): readonly Endpoint[] {
  const endpoints = targetOf(target).endpoints?.(plan, options) ?? [];
  return endpoints.map((endpoint) => ({
    ...endpoint,
    ...(endpoint.script === undefined ? {} : { script: `${prefix}${endpoint.script}` }),
  }));
}
