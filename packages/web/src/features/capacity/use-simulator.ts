import type { PlanDocument } from "@berth/core";
import { useCallback, useEffect, useRef, useState } from "react";
import type { StoreApi } from "zustand/vanilla";
import { usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";
import type { SimulatorProgress } from "../../worker/capacity-protocol.ts";
import type { AskWatch } from "../../worker/planner-client.ts";
import { type Run, runsOf, type SettingOf, type SimulatorKind } from "./simulator-runs.ts";

export interface Simulator<Setting> extends Omit<Run<Setting>, "asked"> {
  /** What was asked for last. */
  readonly setting: Setting | undefined;
  /** Runs for the plan; what runs is ended. */
  readonly start: (setting: Setting) => void;
  readonly cancel: () => void;
}

/**
 * The Monte Carlo or the simulation of a plan, in a worker: one of a kind at a time, the last that is asked for. It goes
 * on, and its answer stays, while nobody looks.
 */
export function useSimulator<K extends SimulatorKind>(
  kind: K,
  plan: PlanDocument | undefined,
  percentiles: readonly number[],
): Simulator<SettingOf<K>> {
  const { clients, store } = usePlannerParts();
  const runs = runsOf(store)[kind] as unknown as StoreApi<Run<SettingOf<K>>>;
  const { asked, ...run } = useRun(runs);

  const cancel = useCallback(() => {
    const { asked: last, running } = runs.getState();
    if (running !== undefined) {
      last?.end.abort();
      runs.setState({ running: undefined, isCancelled: true });
    }
  }, [runs]);

  const start = useCallback(
    (setting: SettingOf<K>) => {
      runs.getState().asked?.end.abort();
      if (plan === undefined) {
        return;
      }
      const own = { setting, plan, end: new AbortController() };
      const show = (next: Partial<Run<SettingOf<K>>>) => {
        const { asked: last, running } = runs.getState();
        // neither of one that was ended, nor of one that another stands in for
        if (last === own && running !== undefined) {
          runs.setState(next);
        }
      };
      runs.setState({ asked: own, running: {}, problem: undefined, isCancelled: false });
      const { history, live } = store.getState();
      const ask = { ...setting, workspace: { ...history.present, live }, plan, percentiles };
      const watch: AskWatch<SimulatorProgress> = {
        signal: own.end.signal,
        onProgress: (running) => show({ running }),
      };
      clients.simulator.ask<SimulatorKind>(kind, ask, watch).then(
        (document) => show({ found: { document, plan }, running: undefined }),
        (error: unknown) =>
          show({ found: undefined, problem: problemOf(error).message, running: undefined }),
      );
    },
    [kind, clients, store, runs, plan, percentiles],
  );

  useRestart(run.running === undefined ? undefined : asked, plan, start);
  return { ...run, setting: asked?.setting, start, cancel };
}

/** Drawn when React has time: a run tells its progress more often than a busy page can be drawn at once. */
function useRun<Setting>(runs: StoreApi<Run<Setting>>): Run<Setting> {
  const [run, setRun] = useState(() => runs.getState());
  useEffect(() => {
    setRun(runs.getState());
    return runs.subscribe(setRun);
  }, [runs]);
  return run;
}

/** What runs when another plan is made, be it while nobody looked, is run anew, of that plan. */
function useRestart<Setting>(
  running: Run<Setting>["asked"],
  plan: PlanDocument | undefined,
  start: (setting: Setting) => void,
): void {
  const again = useRef(() => {});
  again.current = () => {
    if (running !== undefined && running.plan !== plan) {
      start(running.setting);
    }
  };
  useEffect(() => {
    if (plan !== undefined) {
      again.current();
    }
  }, [plan]);
}
