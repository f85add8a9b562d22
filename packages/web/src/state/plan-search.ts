import type { PlannerClient } from "../worker/planner-client.ts";
import type { Asked } from "../worker/protocol.ts";
import type { PlannerStore, Planning } from "./planner-store.ts";
import { problemOf } from "./problem-of.ts";
import { shared } from "./shared.ts";

/** One search at a time. */
export interface PlanSearch {
  /** Searches for the best plan of a workspace; what ran before is stopped, and its answer is not shown. */
  readonly start: (workspace: Asked) => void;
  /** Ends the search; the best plan that it has found is shown. */
  readonly stop: () => void;
  /** Ends the search; nothing of it is shown. */
  readonly drop: () => void;
}

export function createPlanSearch(store: PlannerStore, client: PlannerClient): PlanSearch {
  let searching: AbortController | undefined;
  let waiting: Asked | undefined;
  let isAsking = false;
  async function search(workspace: Asked, own: AbortController): Promise<void> {
    const show = (planning: Partial<Planning>) => {
      if (searching === own) {
        store.setState((state) => ({ planning: { ...state.planning, ...planning } }));
      }
    };
    const done = { isSolving: false, progress: undefined };
    try {
      const plan = await client.ask("plan", workspace, {
        signal: own.signal,
        onProgress: (progress) => show({ progress }),
      });
      const before = store.getState().planning.plan;
      show({ plan: shared(before, plan), problem: undefined, ...done });
    } catch (error) {
      show({ plan: undefined, problem: problemOf(error), ...done });
    }
  }
  /** One after another: a worker that ends a search is asked for the next only then, and only for the last of them. */
  async function searchAll(): Promise<void> {
    isAsking = true;
    // several changes at once are one
    await Promise.resolve();
    while (waiting !== undefined) {
      const next = waiting;
      waiting = undefined;
      searching = new AbortController();
      await search(next, searching);
    }
    isAsking = false;
  }
  function drop(): void {
    waiting = undefined;
    searching?.abort();
    searching = undefined;
  }
  return {
    start: (workspace) => {
      drop();
      waiting = workspace;
      if (!isAsking) {
        void searchAll();
      }
    },
    stop: () => searching?.abort(),
    drop,
  };
}
