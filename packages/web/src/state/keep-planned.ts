import type { PlannerClient } from "../worker/planner-client.ts";
import { createPlanSearch } from "./plan-search.ts";
import { NO_CARDS, type PlannerState, type PlannerStore, type Planning } from "./planner-store.ts";
import { problemOf } from "./problem-of.ts";
import { openedShown } from "./selectors.ts";
import { shared } from "./shared.ts";

/** Workers of their own, so that looking at cards and laws never waits for a search, nor either for a simulation. */
export interface PlannerClients {
  readonly quick: PlannerClient;
  readonly solver: PlannerClient;
  readonly simulator: PlannerClient;
}

/** What the page can do with the search that runs. */
export interface Keeper {
  /** Ends the search; the best plan that it has found is shown. */
  readonly stop: () => void;
  readonly close: () => void;
}

/** Makes cards and plan anew whenever the workspace changes. The last request wins; others are stopped. */
export function keepPlanned(store: PlannerStore, clients: PlannerClients): Keeper {
  const search = createPlanSearch(store, clients.solver);

  function refresh(): void {
    const { history, parsed, live } = store.getState();
    const mayPlan = isPlannable(store.getState());
    search.drop();
    // asked for before anything is drawn: a worker plans meanwhile
    if (mayPlan) {
      search.start({ ...history.present, live });
    }
    if (parsed.problem === undefined) {
      void refreshCards(store, clients.quick);
    }
    store.setState({ planning: planningOf(store.getState(), mayPlan) });
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (
      state.history.present !== before.history.present ||
      state.live !== before.live ||
      state.opened !== before.opened
    ) {
      refresh();
    }
  });
  refresh();
  return {
    stop: search.stop,
    close: () => {
      unsubscribe();
      search.drop();
    },
  };
}

/** What is shown until there is a plan of what is on the page: the last one, or the one that was opened. */
function planningOf(state: PlannerState, mayPlan: boolean): Planning {
  const { parsed, planning } = state;
  const opened = openedShown(state);
  const still = { isSolving: false, progress: undefined };
  if (opened !== undefined) {
    return { ...still, plan: opened.plan, problem: undefined };
  }
  return mayPlan
    ? { ...planning, isSolving: true, progress: undefined }
    : { ...still, plan: undefined, problem: parsed.problem };
}

async function refreshCards(store: PlannerStore, client: PlannerClient): Promise<void> {
  const { history, live } = store.getState();
  const isCurrent = () =>
    store.getState().history.present === history.present && store.getState().live === live;
  try {
    const cards = await client.ask("cards", { ...history.present, live });
    if (isCurrent()) {
      store.setState({ cards: shared(store.getState().cards, { ...cards, problem: undefined }) });
    }
  } catch (error) {
    if (isCurrent()) {
      store.setState({ cards: { ...NO_CARDS, problem: problemOf(error) } });
    }
  }
}

/** Whether there is something to plan: a model, what says which cards there are, and no plan that was opened. */
function isPlannable(state: PlannerState): boolean {
  const { fleet, problem } = state.parsed;
  const hasCards =
    fleet.hosts !== undefined || fleet.inventory !== undefined || state.live !== undefined;
  const isOpened = openedShown(state) !== undefined;
  return problem === undefined && !isOpened && fleet.models.length > 0 && hasCards;
}
