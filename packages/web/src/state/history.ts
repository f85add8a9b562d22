import type { Workspace } from "./workspace.ts";

/** What undo and redo go through. */
export interface History {
  readonly past: readonly Workspace[];
  readonly present: Workspace;
  readonly future: readonly Workspace[];
}

/** Steps that can be taken back; a workspace of a large fleet is some 100 kB, so 100 of them are 10 MB. */
const MOST_STEPS = 100;

export function startHistory(present: Workspace): History {
  return { past: [], present, future: [] };
}

/**
 * The history after an edit. The same workspace is no step, and neither is an edit that goes on with the one that made
 * `goesOnWith`, as typing does: both are taken back together.
 */
export function edited(history: History, next: Workspace, goesOnWith?: Workspace): History {
  const { past, present } = history;
  if (next === present || isSame(next, present)) {
    return history;
  }
  return present === goesOnWith
    ? { past, present: next, future: [] }
    : { past: [...past, present].slice(-MOST_STEPS), present: next, future: [] };
}

export function undone(history: History): History {
  const { past, present, future } = history;
  const last = past.at(-1);
  return last === undefined
    ? history
    : { past: past.slice(0, -1), present: last, future: [present, ...future] };
}

export function redone(history: History): History {
  const { past, present, future } = history;
  const [next, ...rest] = future;
  return next === undefined ? history : { past: [...past, present], present: next, future: rest };
}

function isSame(a: Workspace, b: Workspace): boolean {
  return a.fleet === b.fleet && a.files === b.files;
}
