import type { PlannerStore } from "./planner-store.ts";
import type { Workspace } from "./workspace.ts";

const KEY = "berth/workspace@1";

/** What was on the page when it was last open; undefined where nothing is kept, or can't be read. */
export function savedWorkspace(storage: Storage | undefined): Workspace | undefined {
  try {
    const text = storage?.getItem(KEY);
    const value = text ? (JSON.parse(text) as Partial<Workspace>) : undefined;
    return typeof value?.fleet === "string" && Array.isArray(value.files)
      ? { fleet: value.fleet, files: value.files }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what is on the page in this browser, so that closing it loses nothing. */
export function saveWorkspace(store: PlannerStore, storage: Storage | undefined): () => void {
  return store.subscribe(({ history }, before) => {
    if (history.present !== before.history.present) {
      try {
        storage?.setItem(KEY, JSON.stringify(history.present));
      } catch {
        // a full or forbidden storage: the page works on, it only forgets
      }
    }
  });
}
