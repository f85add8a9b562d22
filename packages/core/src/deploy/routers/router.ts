import type { Artifact } from "../artifact.ts";
import type { Route } from "./route.ts";
import type { RouterContainer } from "./router-container.ts";
import type { RouterRefusalReason } from "./router-refusal.ts";
import type { RouterStart } from "./start-script.ts";

/** One program that makes one endpoint of a bundle's servers. */
export interface Router<Id extends string = string> {
  readonly id: Id;
  /** One sentence for `--router list`. */
  readonly description: string;
  /** What it can't route, and why; every rule runs. */
  readonly rules: readonly RouterRule[];
  /** Its files, paths below the bundle's `router/`, for what passed every rule. */
  readonly write: (route: Route) => readonly Artifact[];
  /** How its start.sh starts it. */
  readonly start: (route: Route) => RouterStart;
  /** How it runs in a container; absent where it starts the servers itself. */
  readonly container?: RouterContainer;
}

export type RouterRule = (route: Route) => readonly RouterRefusalReason[];
