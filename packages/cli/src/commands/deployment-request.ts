import type { ArgsDef } from "citty";
import type { Flags } from "../args/flags.ts";
import { KUBE_FLAGS } from "./kube-options.ts";
import { RENDER_FLAGS, renderOptions } from "./render-options.ts";
import { ROUTER_FLAGS, routerChoice } from "./router-choice.ts";
import { targetNamed } from "./target-named.ts";
import type { DeploymentRequest } from "./write-deployment.ts";

/** What `berth render` and `berth plan --render` may be asked of a bundle. */
export const DEPLOYMENT_FLAGS: ArgsDef = {
  target: {
    type: "string",
    valueHint: "NAME",
    description: "which launcher; by default the one of the plan's engine; list names them",
  },
  ...ROUTER_FLAGS,
  ...RENDER_FLAGS,
  ...KUBE_FLAGS,
  force: {
    type: "boolean",
    description: "overwrite files that berth did not write, or that were changed since",
  },
};

/** The bundle that the flags ask for, in a folder. Throws an InputError or a UsageError for what there is not. */
export function deploymentRequest(flags: Flags, name: string): DeploymentRequest {
  const target = flags.text("target");
  return {
    name,
    target: target === undefined ? undefined : targetNamed(target),
    options: renderOptions(flags),
    router: routerChoice(flags),
    isForced: flags.isSet("force"),
  };
}
