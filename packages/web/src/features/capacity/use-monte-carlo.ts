import type { PlanDocument } from "@berth/core";
import type { CapacityDocument } from "@berth/core/capacity";
import { useCallback, useEffect, useRef, useState } from "react";
import { usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";
import type { MonteCarloProgress } from "../../worker/capacity-protocol.ts";

export interface WalkSetting {
  readonly paths: number;
  readonly minutes: number;
  readonly seed: number;
}

export interface MonteCarlo {
  /** How far it is; undefined where none runs. */
  readonly running: Partial<MonteCarloProgress> | undefined;
  readonly found: { readonly document: CapacityDocument; readonly plan: PlanDocument } | undefined;
  readonly problem: string | undefined;
  readonly isCancelled: boolean;
  /** Walks the paths of the plan; what runs is ended. */
  readonly start: (setting: WalkSetting) => void;
  readonly cancel: () => void;
}

type Walk = Pick<MonteCarlo, "running" | "found" | "problem" | "isCancelled">;

const NONE: Walk = { running: undefined, found: undefined, problem: undefined, isCancelled: false };

/** The Monte Carlo of a plan's KV caches, in a worker of its own: one at a time, the last that is asked for. */
export function useMonteCarlo(
  plan: PlanDocument | undefined,
  percentiles: readonly number[],
): MonteCarlo {
  const { clients, store } = usePlannerParts();
  const [walk, setWalk] = useState(NONE);
  const current = useRef<{ readonly end: AbortController; readonly setting: WalkSetting }>(null);

  const cancel = useCallback(() => {
    if (current.current !== null) {
      current.current.end.abort();
      current.current = null;
      setWalk((last) => ({ ...last, running: undefined, isCancelled: true }));
    }
  }, []);

  const start = useCallback(
    (setting: WalkSetting) => {
      current.current?.end.abort();
      if (plan === undefined) {
        return;
      }
      const own = { end: new AbortController(), setting };
      current.current = own;
      const show = (next: Partial<Walk>) =>
        current.current === own && setWalk((last) => ({ ...last, ...next }));
      show({ running: {}, problem: undefined, isCancelled: false });
      const { history, live } = store.getState();
      const ask = { ...setting, workspace: { ...history.present, live }, plan, percentiles };
      const ended = (next: Partial<Walk>) => {
        show({ ...next, running: undefined });
        current.current = current.current === own ? null : current.current;
      };
      const watch = {
        signal: own.end.signal,
        onProgress: (running: MonteCarloProgress) => show({ running }),
      };
      clients.simulator.ask("monteCarlo", ask, watch).then(
        (document) => ended({ found: { document, plan } }),
        (error: unknown) => ended({ found: undefined, problem: problemOf(error).message }),
      );
    },
    [clients, store, plan, percentiles],
  );

  useRestart(plan, () => current.current !== null && start(current.current.setting));
  useEffect(() => () => current.current?.end.abort(), []);
  return { ...walk, start, cancel };
}

/** Paths that are walked when another plan is made are walked anew, of that plan. */
function useRestart(plan: PlanDocument | undefined, restart: () => void): void {
  const walked = useRef(plan);
  const again = useRef(restart);
  again.current = restart;
  useEffect(() => {
    if (plan !== undefined && walked.current !== plan) {
      walked.current = plan;
      again.current();
    }
  }, [plan]);
}
