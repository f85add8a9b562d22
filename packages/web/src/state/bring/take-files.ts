import { BRING_TEXT } from "../../text/bring-en.ts";
import type { PlannerClient } from "../../worker/planner-client.ts";
import { knownModels } from "../catalog-ids.ts";
import type { PlannerStore } from "../planner-store.ts";
import { problemOf } from "../problem-of.ts";
import { openPlan } from "./open-plan.ts";
import { type Brought, type BroughtFile, type ReadFile, readBrought } from "./read-brought.ts";
import { withBrought } from "./with-brought.ts";

/** Files at once: the shards of the largest model seen are 191. */
const MOST_FILES = 1000;

/** Takes files into the page, whatever they are. What could not be taken is said in `bringProblems`, a sentence each. */
export async function takeFiles(
  store: PlannerStore,
  worker: PlannerClient,
  files: readonly Brought[],
): Promise<void> {
  const isKnown = await knownModels(worker);
  const read = await readBrought(files.slice(0, MOST_FILES), worker);
  const problems = read.flatMap((each) => ("problem" in each ? [each.problem] : []));
  const found = read.filter((each) => isFile(each));
  const plans = found.filter(({ kind }) => kind === "plan");
  const others = found.filter(({ kind }) => kind !== "plan");
  if (others.length > 0) {
    // what is on the page may have changed while the files were read
    const placed = withBrought(store.getState().history.present, others, isKnown);
    problems.push(...placed.problems);
    store.getState().edit(() => placed.workspace);
  }
  const [plan] = plans;
  if (plan !== undefined) {
    problems.push(...(await shown({ store, worker }, plan, others)));
  }
  problems.push(...plans.slice(1).map(({ path }) => BRING_TEXT.onePlan(path)));
  if (files.length > MOST_FILES) {
    problems.push(BRING_TEXT.tooMany(MOST_FILES));
  }
  store.setState({ bringProblems: problems });
}

function isFile(read: ReadFile): read is BroughtFile {
  return "kind" in read;
}

async function shown(
  planner: { readonly store: PlannerStore; readonly worker: PlannerClient },
  plan: BroughtFile,
  others: readonly BroughtFile[],
): Promise<readonly string[]> {
  const { store } = planner;
  const hasFleet = others.some(({ kind }) => kind === "fleet");
  try {
    await openPlan(planner, plan, hasFleet ? { workspace: store.getState().history.present } : {});
    return [];
  } catch (error) {
    return [problemOf(error).message];
  }
}
