import type { RenderOptions } from "../deploy/render-options.ts";
import type { TargetId } from "../deploy/targets/target-id.ts";
import type { PlanDocument } from "../documents/plan-document.ts";

/** What one target starts of a plan. */
export interface LaunchPart {
  /** Only what the target starts. */
  readonly plan: PlanDocument;
  readonly options: RenderOptions;
  /** Undefined where no target starts the engine. */
  readonly target: TargetId | undefined;
  /** Folder of the target's files in the bundle, "" or with a slash at its end. */
  readonly prefix: string;
}
