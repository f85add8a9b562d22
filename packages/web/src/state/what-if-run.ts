import type { PlanDocument } from "@berth/core";
import type { WhatIfDocument } from "@berth/core/changes";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { WhatIfProgress, WhatIfWish } from "../worker/what-if-protocol.ts";
import type { PlannerClients } from "./keep-planned.ts";
import type { PlannerStore } from "./planner-store.ts";
import { problemOf } from "./problem-of.ts";

/** The last question of other rates and cards: how far it is, or what came out. */
export interface WhatIfRun {
  readonly wish: WhatIfWish;
  /** How far it is; undefined where none runs. */
  readonly running: Partial<WhatIfProgress> | undefined;
  readonly found: { readonly document: WhatIfDocument; readonly plan: PlanDocument } | undefined;
  readonly problem: string | undefined;
  readonly isCancelled: boolean;
  readonly end: AbortController | undefined;
}

const FIRST: WhatIfRun = {
  wish: { scaleRate: 2, rate: "", buy: [] },
  running: undefined,
  found: undefined,
  problem: undefined,
  isCancelled: false,
  end: undefined,
};

/** Of each page, so that it stays, and goes on, while a person looks at something else. */
const RUNS = new WeakMap<PlannerStore, StoreApi<WhatIfRun>>();

export function whatIfRun(store: PlannerStore): StoreApi<WhatIfRun> {
  const known = RUNS.get(store) ?? createStore<WhatIfRun>(() => FIRST);
  RUNS.set(store, known);
  return known;
}

/** Asks it of the plan that is shown; what runs is ended. */
export async function startWhatIf(
  store: PlannerStore,
  clients: PlannerClients,
  plan: PlanDocument,
): Promise<void> {
  const run = whatIfRun(store);
  run.getState().end?.abort();
  const end = new AbortController();
  // neither of one that was ended, nor of one that another stands in for
  const show = (next: Partial<WhatIfRun>) => run.getState().end === end && run.setState(next);
  run.setState({ end, running: {}, problem: undefined, isCancelled: false });
  const { history, live } = store.getState();
  const ask = { ...run.getState().wish, workspace: { ...history.present, live }, plan };
  const watch = {
    signal: end.signal,
    onProgress: (running: WhatIfProgress) => {
      show({ running });
    },
  };
  try {
    const document = await clients.simulator.ask("whatIf", ask, watch);
    show({ found: { document, plan }, running: undefined, end: undefined });
  } catch (error) {
    const problem = problemOf(error).message;
    show({ found: undefined, problem, running: undefined, end: undefined });
  }
}

export function cancelWhatIf(store: PlannerStore): void {
  const run = whatIfRun(store);
  run.getState().end?.abort();
  run.setState({ end: undefined, running: undefined, isCancelled: true });
}
