import type { PlannerStore } from "./planner-store.ts";
import type { Workspace } from "./workspace.ts";

export const PAGE_KEY = "berth/workspace@1";
/** What was on a page of `berth serve`, for when it does not answer. */
export const SERVED_KEY = "berth/served@1";

/** Where the workspace is kept in this browser. */
export interface SavedPlace {
  readonly storage: Storage;
  readonly key: string;
}

/** What was on the page when it was last open; undefined where nothing is kept, or can't be read. */
export function savedWorkspace({ storage, key }: SavedPlace): Workspace | undefined {
  try {
    const text = storage.getItem(key);
    const value = text ? (JSON.parse(text) as Partial<Workspace>) : undefined;
    return typeof value?.fleet === "string" && Array.isArray(value.files)
      ? { fleet: value.fleet, files: value.files }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what is on the page in this browser, so that closing it loses nothing. */
export function saveWorkspace(store: PlannerStore, { storage, key }: SavedPlace): () => void {
  return store.subscribe(({ history }, before) => {
    if (history.present !== before.history.present) {
      try {
        storage.setItem(key, JSON.stringify(history.present));
      } catch {
        // a full or forbidden storage: the page works on, it only forgets
      }
    }
  });
}
