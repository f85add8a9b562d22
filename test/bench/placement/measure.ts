import { defaultNodeLimit } from "../../../packages/core/src/documents/node-limit.ts";
import type {
  Assignment,
  PlacementProblem,
  Solution,
  SolveOptions,
} from "../../../packages/core/src/placement/problem.ts";
import { solveWithBound } from "../../../packages/core/src/placement/solve.ts";
import { highsBound, highsPrograms } from "../../../packages/core/src/placement/solvers/highs.ts";
import { verifySolution } from "../../../packages/core/src/placement/verify-solution.ts";
import { POLICIES } from "../policies/policies.ts";
import { runPolicy } from "../policies/policy.ts";

/** One instance, ready to be solved. */
export interface Instance {
  /** Instances of one group make one row together. */
  readonly group: string;
  /** States that the search may look at. */
  readonly nodeLimit: number;
  /** Makes the problem; its time counts. */
  build(): PlacementProblem;
}

/** What was reached, by the planner or by a simple policy. */
export interface Reached {
  readonly placed: number;
  /** The least share of the models placed. */
  readonly share: number;
  readonly kvBytes: number;
}

export interface Measured extends Reached {
  readonly group: string;
  readonly models: number;
  readonly cards: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Of these, until every way to run every model has its price. */
  readonly pricedSeconds: number;
  /** Until the first plan, and until the first one within 3 % of the bound of the end; none where there was none. */
  readonly firstSeconds: number;
  readonly closeSeconds: number | undefined;
  /** From the prices to that plan, once more in the same process, where its code is compiled; only where it was quick. */
  readonly againSeconds: number | undefined;
  readonly isOptimal: boolean;
  /** How far the least share is below its bound, as a part of the bound; 0 where it is proven. */
  readonly gap: number;
  /** By the name of the policy. */
  readonly policies: Readonly<Record<string, Reached>>;
}

/** Solves the instance once and checks the answer; the policies run on the same problem. */
export async function measure(instance: Instance): Promise<Measured> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const problem = instance.build();
  const sinceStart = () => (performance.now() - started) / 1000;
  const pricedSeconds = sinceStart();
  const told: Told[] = [];
  const options: SolveOptions = {
    nodeLimit: instance.nodeLimit,
    onProgress: ({ placed, share }) => told.push({ placed, share, seconds: sinceStart() }),
  };
  const solution = await solveWithBound(problem, options, highsBound, highsPrograms);
  const used = process.cpuUsage(cpu);
  const seconds = sinceStart();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  refuseWrong(problem, solution);
  return {
    group: instance.group,
    models: problem.demands.length,
    cards: problem.cards.length,
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakBytes,
    pricedSeconds,
    firstSeconds: told[0]?.seconds ?? seconds,
    ...(await closeness(problem, solution, { told, seconds, pricedSeconds })),
    isOptimal: solution.status === "optimal",
    gap: gapOf(solution),
    ...reachedBy(problem, solution.assignments),
    policies: Object.fromEntries(
      POLICIES.map((policy) => [policy.name, reachedBy(problem, runPolicy(policy, problem))]),
    ),
  };
}

/** What the search told, and when. */
interface Told {
  readonly placed: number;
  readonly share: number;
  readonly seconds: number;
}

/** A plan whose least share is at most this part below the bound is close to the best. */
const CLOSE = 0.03;
/** A plan as close as that within so many seconds of the prices is looked for once more. */
const QUICK = 5;

/** When as many models were placed as in the end, and no share was further below the last bound. */
async function closeness(
  problem: PlacementProblem,
  solution: Solution,
  at: { readonly told: readonly Told[]; readonly seconds: number; readonly pricedSeconds: number },
): Promise<Pick<Measured, "closeSeconds" | "againSeconds">> {
  if (gapOf(solution) > CLOSE) {
    return { closeSeconds: undefined, againSeconds: undefined };
  }
  const [placed, share] = ["placed", "share"].map((id) =>
    solution.objective.find((stage) => stage.id === id),
  );
  const isClose = (one: Pick<Told, "placed" | "share">) =>
    one.placed >= (placed?.value ?? 0) && one.share >= (1 - CLOSE) * (share?.bound ?? 0);
  const closeSeconds = at.told.find(isClose)?.seconds ?? at.seconds;
  const isQuick = closeSeconds - at.pricedSeconds <= QUICK;
  return { closeSeconds, againSeconds: isQuick ? await again(problem, isClose) : undefined };
}

/** Seconds until there is such a plan; the search is stopped then. */
async function again(
  problem: PlacementProblem,
  isClose: (known: Pick<Told, "placed" | "share">) => boolean,
): Promise<number> {
  const started = performance.now();
  const signal = { aborted: false };
  let found: number | undefined;
  const onProgress = (known: Pick<Told, "placed" | "share">) => {
    signal.aborted ||= isClose(known);
    found ??= signal.aborted ? performance.now() : undefined;
  };
  const options = { nodeLimit: defaultNodeLimit(problem.cards.length), signal, onProgress };
  await solveWithBound(problem, options, highsBound, highsPrograms);
  return ((found ?? performance.now()) - started) / 1000;
}

function refuseWrong(problem: PlacementProblem, solution: Solution): void {
  const violations = verifySolution(problem, solution);
  if (violations.length > 0) {
    throw new Error(`the answer does not hold: ${JSON.stringify(violations[0])}`);
  }
}

/** Where models were left out that might be placed, the gap is of the count of models. */
function gapOf({ objective }: Solution): number {
  const open = ["placed", "share"].map((id) => objective.find((stage) => stage.id === id));
  return open.reduce((gap, stage) => {
    const own = stage === undefined || stage.bound === 0 ? 0 : 1 - stage.value / stage.bound;
    return gap === 0 ? own : gap;
  }, 0);
}

function reachedBy(problem: PlacementProblem, assignments: readonly Assignment[]): Reached {
  const demands = new Map(problem.demands.map((demand) => [demand.model, demand]));
  const served = new Map<string, number>();
  let kvBytes = 0;
  for (const { model, option, sequences } of assignments) {
    const demand = demands.get(model);
    const stages = demand?.options.find(({ id }) => id === option)?.stages ?? [];
    served.set(model, (served.get(model) ?? 0) + sequences);
    kvBytes += stages.reduce((sum, stage) => sum + sequences * stage.ranks * stage.perSequence, 0);
  }
  const shares = [...served].map(([model, sequences]) =>
    Math.min(1, sequences / Math.max(1, demands.get(model)?.wanted ?? 1)),
  );
  return { placed: served.size, share: Math.min(1, ...shares), kvBytes };
}
