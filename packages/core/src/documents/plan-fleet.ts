import type { PlacedFleet } from "../placement/place-fleet.ts";
import { madeFrom } from "./made-from.ts";
import type { PlanDocument } from "./plan-document.ts";
import {
  type FleetProblem,
  type PlanInput,
  planProblem,
  problemOf,
  refuseWrong,
} from "./plan-problem.ts";
import type { ForRates } from "./sizing/plan-for-rates.ts";
import type { PlanWorkload } from "./workload/plan-workload.ts";

/**
 * The best plan for a fleet file: who goes where, in which start order, with which fraction. Throws an
 * InputError for input that makes no sense; what does not fit is in `unplaced`, with reasons and remedies.
 */
export async function planFleet(given: PlanInput): Promise<PlanDocument> {
  const asked = await askedOf(given);
  const sized = await sizedFor(given, asked);
  const input = await withGoals(given, sized);
  const remarks = await remarksFor(input, sized);
  if (!hasRates(sized)) {
    const problem = problemOf(input);
    return { ...remarks(await planProblem(problem, input), problem), ...asked };
  }
  const now = input.now ?? (() => 0);
  const started = now();
  const [{ sizedSparing }, { planForRates }] = await Promise.all([
    import("./sparing/sized-sparing.ts"),
    import("./sizing/plan-for-rates.ts"),
  ]);
  const found = await sizedSparing(input, sized.workloads);
  const plan = remarks(await planForRates(found), found.problem);
  return finished({ ...plan, ...asked, solveSeconds: (now() - started) / 1000 });
}

/** A plan with the targets that it misses at any rate, and what its workloads don't say. */
async function remarksFor(
  { file, fleet, traces }: PlanInput,
  { workloads = [] }: Pick<PlanDocument, "workloads">,
): Promise<ForRates["dressed"]> {
  if (workloads.length === 0) {
    return (plan) => plan;
  }
  const [{ withUnmetTargets }, { withWorkloadNotes }] = await Promise.all([
    import("./sparing/unmet-targets.ts"),
    import("./workload/workload-notes.ts"),
  ]);
  return (plan, problem) =>
    withWorkloadNotes(withUnmetTargets(plan, problem, { file, workloads }), {
      fleet,
      workloads,
      traces,
    });
}

/** The input with what rates and the file's objective ask for. */
async function withGoals(
  input: PlanInput,
  asked: Pick<PlanDocument, "workloads" | "costs">,
): Promise<PlanInput> {
  if (input.fleet.objective === undefined && !hasRates(asked)) {
    return input;
  }
  const { fleetGoals } = await import("./goal/fleet-goal.ts");
  return { ...input, goals: fleetGoals(input, asked) };
}

interface Rated {
  readonly workloads: readonly PlanWorkload[];
}

/** What the plan is made for: the file's workloads, with what their traces say where these were read. */
async function sizedFor<Asked extends Pick<PlanDocument, "workloads">>(
  { traces }: PlanInput,
  asked: Asked,
): Promise<Asked> {
  if (traces === undefined || asked.workloads === undefined) {
    return asked;
  }
  const { sizedByTraces } = await import("./workload/sized-by-traces.ts");
  return { ...asked, workloads: sizedByTraces(asked.workloads, traces) };
}

/** Whether some model's rate and lengths are known. */
function hasRates(asked: Pick<PlanDocument, "workloads">): asked is Rated {
  return (asked.workloads ?? []).some(
    ({ requestsPerSecond, prompt, output }) =>
      requestsPerSecond !== undefined && prompt !== undefined && output !== undefined,
  );
}

export interface RatedInput extends Pick<ForRates, "input" | "problem" | "dressed" | "explained"> {
  /** What was solved to find the replicas, where that is the problem itself. */
  readonly placed?: PlacedFleet;
}

/**
 * As `planFleet` does it: the fleet file with the replicas that its rates ask for, what is then to be solved, and what
 * a plan of it says.
 */
export async function inputForRates(
  written: PlanInput,
  problemFor: (input: PlanInput) => FleetProblem = (own) => problemOf(own),
): Promise<RatedInput> {
  const asked = await askedOf(written);
  const sized = await sizedFor(written, asked);
  const input = await withGoals(written, sized);
  const remarks = await remarksFor(input, sized);
  const given: RatedInput["dressed"] = (plan, problem) => ({ ...remarks(plan, problem), ...asked });
  if (!hasRates(sized)) {
    const explained = (plan: PlanDocument) => Promise.resolve(plan);
    return { input, problem: problemFor(input), dressed: given, explained };
  }
  const { sizedSparing } = await import("./sparing/sized-sparing.ts");
  const found = await sizedSparing(input, sized.workloads, problemFor);
  const { input: own, problem, explained, sized: at } = found;
  return {
    input: own,
    problem,
    explained,
    dressed: (plan, other) => given(found.dressed(plan, other), other),
    ...(problem === at.problem ? { placed: at.placed } : {}),
  };
}

/** A plan that its own checker refuses is never shown. */
function finished(plan: PlanDocument): PlanDocument {
  refuseWrong(plan);
  return plan;
}

/** What a plan repeats of its input: workloads and prices as they are read, and all that it was made from. */
async function askedOf(
  input: Pick<PlanInput, "file" | "fleet" | "inventory">,
): Promise<Pick<PlanDocument, "workloads" | "costs" | "vars" | "madeFrom">> {
  const { file, fleet } = input;
  const { costs, vars } = fleet;
  const hasWorkload = fleet.models.some(({ workload }) => workload !== undefined);
  const read = hasWorkload ? await import("./workload/resolve-workloads.ts") : undefined;
  return {
    ...(read === undefined ? {} : { workloads: await read.resolveWorkloads(file, fleet) }),
    ...(costs === undefined ? {} : { costs }),
    ...(vars === undefined ? {} : { vars }),
    madeFrom: madeFrom(input),
  };
}
