import type { PlanDocument } from "@berth/core";
import { useEffect, useState } from "react";
import { usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";
import type { LaunchersAnswer, RenderAnswer, RenderAsk } from "../../worker/protocol.ts";

const NO_LAUNCHERS: LaunchersAnswer = { targets: [], routers: [] };

/** Targets and routers; none until the worker has said them. */
export function useLaunchers(): LaunchersAnswer {
  const { clients } = usePlannerParts();
  const [launchers, setLaunchers] = useState(NO_LAUNCHERS);
  useEffect(() => {
    let isCurrent = true;
    clients.quick.ask("launchers", undefined).then(
      (answer) => isCurrent && setLaunchers(answer),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [clients]);
  return launchers;
}

/** The files of a plan; undefined until the worker has written those of this very plan and choice. */
export function useRendered(
  plan: PlanDocument | undefined,
  wish: Omit<RenderAsk, "plan">,
): RenderAnswer | undefined {
  const { clients } = usePlannerParts();
  const [rendered, setRendered] = useState<RenderAnswer | undefined>();
  useEffect(() => {
    let isCurrent = true;
    setRendered(undefined);
    if (plan !== undefined) {
      const show = (answer: RenderAnswer) => isCurrent && setRendered(answer);
      clients.quick
        .ask("render", { plan, ...wish })
        .then(show, (error) =>
          show({ ok: false, reasons: [problemOf(error).message], instead: [] }),
        );
    }
    return () => {
      isCurrent = false;
    };
  }, [clients, plan, wish]);
  return rendered;
}
