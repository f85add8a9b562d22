import type { PlanDocument } from "../../documents/plan-document.ts";
import type { RefusalReason } from "../refusal.ts";
import type { RenderOptions } from "../render-options.ts";
import { ONE_HOST_RULES } from "../rules.ts";
import { serverEndpoints } from "../servers/endpoints.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { launcherOf } from "../servers/engines/registry.ts";
import { HOST_RULES } from "../servers/host-rules.ts";
import { SERVER_RULES } from "../servers/server-rules.ts";
import { MIXED_WORDS } from "./server-scripts/words.ts";
import { scriptFiles } from "./server-scripts.ts";
import type { Target } from "./target.ts";

/** Start scripts for several engines, in one order: they share cards, so each engine by itself won't do. */
export const scripts: Target<"scripts"> = {
  id: "scripts",
  description: "Start scripts for all engines of a plan together, in one order",
  rules: [...SERVER_RULES, ...HOST_RULES, someOnOneHost],
  endpoints: (plan, options) => serverEndpoints(serverHosts(plan, options)),
  write: (plan, options) => scriptFiles(plan, { options, words: MIXED_WORDS }),
};

/** Engines that can't span hosts stay on one. */
function someOnOneHost(plan: PlanDocument, options: RenderOptions): readonly RefusalReason[] {
  const deployments = plan.deployments.filter(
    ({ engine }) => launcherOf(engine.id).overHosts === undefined,
  );
  return ONE_HOST_RULES.flatMap((rule) => rule({ ...plan, deployments }, options));
}
