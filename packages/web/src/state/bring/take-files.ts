import { BRING_TEXT } from "../../text/bring-en.ts";
import type { PlannerClient } from "../../worker/planner-client.ts";
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
  const ids = await catalogIds(worker);
  const isKnown = (model: string) => ids.has(model.toLowerCase());
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

/** Ids of the catalogue's models, in small letters: the page may not have heard of them yet. */
async function catalogIds(worker: PlannerClient): Promise<ReadonlySet<string>> {
  const { models } = await worker.ask("catalog", undefined);
  const ids = models.flatMap(({ id, aliases }) => [id, ...aliases]);
  return new Set(ids.map((id) => id.toLowerCase()));
}

async function shown(
  planner: { readonly store: PlannerStore; readonly worker: PlannerClient },
  plan: BroughtFile,
  others: readonly BroughtFile[],
): Promise<readonly string[]> {
  const { store } = planner;
  const hasFleet = others.some(({ kind }) => kind === "fleet");
  try {
    await openPlan(planner, plan, hasFleet ? store.getState().history.present : undefined);
    return [];
  } catch (error) {
    return [problemOf(error).message];
  }
}
