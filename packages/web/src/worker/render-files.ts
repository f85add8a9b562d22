import { renderBundle } from "@berth/core/bundle";
import { listTargets } from "@berth/core/deploy";
import { listRouters } from "@berth/core/routers";
import type { LaunchersAnswer, RenderAnswer, RenderAsk } from "./protocol.ts";

export function launchers(): LaunchersAnswer {
  return { targets: listTargets(), routers: listRouters() };
}

/** The files of a plan; where the target can't carry it, its reasons and the targets that can. */
export function renderFiles(ask: RenderAsk): RenderAnswer {
  const result = bundleOf(ask);
  if (result.ok) {
    return { ok: true, artifacts: result.artifacts };
  }
  const others = [undefined, ...listTargets().map(({ id }) => id)];
  return {
    ok: false,
    reasons: result.reasons,
    instead: others.filter((target) => target !== ask.target && bundleOf({ ...ask, target }).ok),
  };
}

function bundleOf({
  plan,
  target,
  router,
  options,
  aliases,
}: RenderAsk): ReturnType<typeof renderBundle> {
  return renderBundle(plan, {
    target,
    options,
    router: router === undefined ? undefined : { id: router, aliases },
  });
}
