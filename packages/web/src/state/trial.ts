import type { PlanDocument } from "@berth/core";
import type { Asked, Problem } from "../worker/protocol.ts";
import type { CardChange } from "./card-change.ts";
import { withCardChange } from "./card-changes.ts";
import type { PlannerClients } from "./keep-planned.ts";
import type { PlannerState, PlannerStore } from "./planner-store.ts";
import { problemOf } from "./problem-of.ts";
import type { Workspace } from "./workspace.ts";

/** Changes of cards, one after another, and what came of planning for them. */
export interface Trial {
  /** What was on the page when the first was tried. */
  readonly base: Workspace;
  readonly changes: readonly CardChange[];
  /** With all changes made; undefined until they are. */
  readonly workspace: Workspace | undefined;
  /** The plan for it; undefined while it is made, and where there is none. */
  readonly plan: PlanDocument | undefined;
  readonly problem: Problem | undefined;
}

/** The trial of what is on the page; one of an earlier state is none. */
export function trialShown({ trial, history }: PlannerState): Trial | undefined {
  return trial?.base === history.present ? trial : undefined;
}

/** Tries one change more, on top of those that are tried. The last call wins. */
export async function tryChange(
  store: PlannerStore,
  clients: PlannerClients,
  change: CardChange,
): Promise<void> {
  const before = trialShown(store.getState());
  const { history, live } = store.getState();
  const own: Trial = {
    base: history.present,
    changes: [...(before?.changes ?? []), change],
    workspace: undefined,
    plan: undefined,
    problem: undefined,
  };
  let shown = own;
  const show = (part: Partial<Trial>) => {
    if (store.getState().trial === shown) {
      shown = { ...shown, ...part };
      store.setState({ trial: shown });
    }
  };
  store.setState({ trial: own });
  try {
    const from: Asked = { ...(before?.workspace ?? history.present), live };
    const inventory = await clients.quick.ask("inventory", from);
    const { fleet, files } = withCardChange(from, change, inventory);
    show({ workspace: { fleet, files } });
    show({ plan: await clients.solver.ask("plan", { fleet, files, live }) });
  } catch (error) {
    show({ problem: problemOf(error) });
  }
}

/** Makes the changes that were tried; one step that can be taken back. */
export function applyTrial(store: PlannerStore): void {
  const workspace = trialShown(store.getState())?.workspace;
  if (workspace !== undefined) {
    store.getState().edit(() => workspace);
  }
}

export function dropTrial(store: PlannerStore): void {
  store.setState({ trial: undefined });
}
