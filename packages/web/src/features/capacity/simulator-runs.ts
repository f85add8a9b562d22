import type { PlanDocument } from "@berth/core";
import type { CapacityDocument } from "@berth/core/capacity";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { PlannerStore } from "../../state/planner-store.ts";
import type { CapacityAsk, SimulatorProgress } from "../../worker/capacity-protocol.ts";
import type { Questions } from "../../worker/protocol.ts";

/** What runs for a while in a worker of its own. */
export type SimulatorKind = "monteCarlo" | "simulation";

/** What a person says of a run: how long, from which seed, how many paths. */
export type SettingOf<K extends SimulatorKind> = Omit<Questions[K]["ask"], keyof CapacityAsk>;

/** The last run of a kind: how far it is, or what came out. */
export interface Run<Setting> {
  /** How far it is; undefined where none runs. */
  readonly running: Partial<SimulatorProgress> | undefined;
  readonly found: { readonly document: CapacityDocument; readonly plan: PlanDocument } | undefined;
  readonly problem: string | undefined;
  readonly isCancelled: boolean;
  /** What was asked for last, of which plan, and how that is ended. */
  readonly asked:
    | { readonly setting: Setting; readonly plan: PlanDocument; readonly end: AbortController }
    | undefined;
}

const NONE: Run<never> = {
  running: undefined,
  found: undefined,
  problem: undefined,
  isCancelled: false,
  asked: undefined,
};

type Runs = { readonly [K in SimulatorKind]: StoreApi<Run<SettingOf<K>>> };

/** Of each page, so that they stay, and go on, while a person looks at something else. */
const RUNS = new WeakMap<PlannerStore, Runs>();

export function runsOf(store: PlannerStore): Runs {
  const known = RUNS.get(store) ?? {
    monteCarlo: createStore<Run<SettingOf<"monteCarlo">>>(() => NONE),
    simulation: createStore<Run<SettingOf<"simulation">>>(() => NONE),
  };
  RUNS.set(store, known);
  return known;
}
