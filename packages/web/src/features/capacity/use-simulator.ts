import type { PlanDocument } from "@berth/core";
import type { CapacityDocument } from "@berth/core/capacity";
import { useCallback, useEffect, useRef, useState } from "react";
import { usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";
import type { CapacityAsk, SimulatorProgress } from "../../worker/capacity-protocol.ts";
import type { AskWatch } from "../../worker/planner-client.ts";
import type { Questions } from "../../worker/protocol.ts";

/** What runs for a while in a worker of its own. */
export type SimulatorKind = "monteCarlo" | "simulation";

/** What a person says of a run: how long, from which seed, how many paths. */
export type SettingOf<K extends SimulatorKind> = Omit<Questions[K]["ask"], keyof CapacityAsk>;

export interface Simulator<Setting> {
  /** How far it is; undefined where none runs. */
  readonly running: Partial<SimulatorProgress> | undefined;
  readonly found: { readonly document: CapacityDocument; readonly plan: PlanDocument } | undefined;
  readonly problem: string | undefined;
  readonly isCancelled: boolean;
  /** Runs for the plan; what runs is ended. */
  readonly start: (setting: Setting) => void;
  readonly cancel: () => void;
}

type Run = Omit<Simulator<never>, "start" | "cancel">;

const NONE: Run = { running: undefined, found: undefined, problem: undefined, isCancelled: false };

/** The Monte Carlo or the simulation of a plan, in a worker: one of a kind at a time, the last that is asked for. */
export function useSimulator<K extends SimulatorKind>(
  kind: K,
  plan: PlanDocument | undefined,
  percentiles: readonly number[],
): Simulator<SettingOf<K>> {
  const { clients, store } = usePlannerParts();
  const [run, setRun] = useState(NONE);
  const current = useRef<{ readonly end: AbortController; readonly setting: SettingOf<K> }>(null);

  const cancel = useCallback(() => {
    if (current.current !== null) {
      current.current.end.abort();
      current.current = null;
      setRun((last) => ({ ...last, running: undefined, isCancelled: true }));
    }
  }, []);

  const start = useCallback(
    (setting: SettingOf<K>) => {
      current.current?.end.abort();
      if (plan === undefined) {
        return;
      }
      const own = { end: new AbortController(), setting };
      current.current = own;
      const show = (next: Partial<Run>) =>
        current.current === own && setRun((last) => ({ ...last, ...next }));
      show({ running: {}, problem: undefined, isCancelled: false });
      const { history, live } = store.getState();
      const ask = { ...setting, workspace: { ...history.present, live }, plan, percentiles };
      const ended = (next: Partial<Run>) => {
        show({ ...next, running: undefined });
        current.current = current.current === own ? null : current.current;
      };
      const watch: AskWatch<SimulatorProgress> = {
        signal: own.end.signal,
        onProgress: (running) => show({ running }),
      };
      clients.simulator.ask<SimulatorKind>(kind, ask, watch).then(
        (document) => ended({ found: { document, plan } }),
        (error: unknown) => ended({ found: undefined, problem: problemOf(error).message }),
      );
    },
    [kind, clients, store, plan, percentiles],
  );

  useRestart(plan, () => current.current !== null && start(current.current.setting));
  useEffect(() => () => current.current?.end.abort(), []);
  return { ...run, start, cancel };
}

/** What runs when another plan is made is run anew, of that plan. */
function useRestart(plan: PlanDocument | undefined, restart: () => void): void {
  const last = useRef(plan);
  const again = useRef(restart);
  again.current = restart;
  useEffect(() => {
    if (plan !== undefined && last.current !== plan) {
      last.current = plan;
      again.current();
    }
  }, [plan]);
}
