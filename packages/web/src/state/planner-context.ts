import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Keeper, PlannerClients } from "./keep-planned.ts";
import type { PlannerState, PlannerStore } from "./planner-store.ts";

/** What every part of the page may use. */
export interface Planner {
  readonly store: PlannerStore;
  readonly clients: PlannerClients;
  readonly keeper: Keeper;
}

export const PlannerContext = createContext<Planner | undefined>(undefined);

/** The page's planner. Throws outside of its provider. */
export function usePlannerParts(): Planner {
  const planner = useContext(PlannerContext);
  if (planner === undefined) {
    throw new Error("no planner around this component");
  }
  return planner;
}

/** A part of the page's state; the component is drawn again when that part changes. */
export function usePlanner<T>(select: (state: PlannerState) => T): T {
  return useStore(usePlannerParts().store, select);
}
