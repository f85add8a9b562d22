import type { PlanDocument } from "@berth/core";
import type { PlannerClient } from "../../worker/planner-client.ts";
import type { PlannerState, PlannerStore } from "../planner-store.ts";
import { EMPTY_WORKSPACE, type Workspace, type WorkspaceFile } from "../workspace.ts";
import { fleetOfPlan } from "./fleet-of-plan.ts";

/** A plan file: its name and its text. */
export interface PlanFile {
  readonly path: string;
  readonly text: string;
}

/** What came with a plan. */
export interface BesidePlan {
  /** Its fleet file, and what that names. */
  readonly workspace?: Workspace | undefined;
  /** Reads traces by the names that the plan gives them. */
  readonly traces?: (names: readonly string[]) => Promise<readonly WorkspaceFile[]>;
}

/**
 * Shows a plan as it is, and plans nothing. Its fleet is the one that came with it, or the page's own where that has
 * the same cards and models; otherwise one is made of the plan. The first change plans anew, and undo comes back.
 * Rejects with a PlannerProblem for a plan that is broken or of another version.
 */
export async function openPlan(
  { store, worker }: { readonly store: PlannerStore; readonly worker: PlannerClient },
  { path, text }: PlanFile,
  beside: BesidePlan = {},
): Promise<void> {
  const plan = await worker.ask("readPlan", { name: path, text });
  const state = store.getState();
  const own = isOf(state, plan) ? state.history.present : undefined;
  const known = beside.workspace ?? own;
  const workspace = await withTracesOf(
    plan,
    known ?? { ...EMPTY_WORKSPACE, fleet: fleetOfPlan(path, plan) },
    beside,
  );
  store.setState({
    opened: { name: path, plan, workspace, isFleetMade: known === undefined },
  });
  store.getState().edit(() => workspace);
}

/** The workspace with the traces that the plan's workloads name and it lacks, where they can be read. */
async function withTracesOf(
  { workloads = [] }: PlanDocument,
  workspace: Workspace,
  { traces }: BesidePlan,
): Promise<Workspace> {
  const known = new Set(workspace.files.map(({ name }) => name));
  const lacking = workloads.flatMap(({ trace }) =>
    trace === undefined || known.has(trace) ? [] : [trace],
  );
  const files = lacking.length === 0 ? undefined : await traces?.(lacking);
  return files === undefined ? workspace : { ...workspace, files: [...workspace.files, ...files] };
}

/** Whether the page has the same cards and models as the plan. */
function isOf({ cards, parsed }: PlannerState, plan: PlanDocument): boolean {
  const planned = [...plan.deployments, ...plan.unplaced].map(({ model }) => model);
  return (
    isSame(
      cards.gpus.map(({ id }) => id),
      plan.gpus.map(({ id }) => id),
    ) &&
    isSame(
      parsed.fleet.models.map(({ name }) => name),
      planned,
    )
  );
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return [...new Set(some)].sort().join("\n") === [...new Set(others)].sort().join("\n");
}
