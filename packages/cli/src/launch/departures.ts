import { formatCount, formatGib, type PlanDocument } from "@berth/core";
import type { CardTaken, LaunchedEngine } from "@berth/core/launch";
import { type Comparison, compareWithPlan } from "@berth/core/verify";
import { namedLogs } from "./log-report.ts";

type Engine = Pick<LaunchedEngine, "name" | "deployment" | "alsoStarts" | "logRanks" | "log">;

/**
 * A sentence for each number of an engine that just started that is outside of what the plan has for it: what it took of
 * its cards, and each term that its log tells.
 */
export async function departures(
  plan: PlanDocument,
  engine: Engine,
  taken: readonly CardTaken[],
): Promise<readonly string[]> {
  const logs = await namedLogs(engine);
  const { deployments } = compareWithPlan(plan, { logs });
  const terms = deployments
    .filter((one) => logs.some(({ of }) => one.model === of?.model && one.replica === of.replica))
    .flatMap(({ ranks }) => ranks)
    .flatMap(({ gpu, comparisons }) => comparisons.map((one) => ({ gpu, ...one })))
    .filter(({ verdict }) => verdict !== "inside");
  return [
    ...taken
      .filter(({ verdict }) => verdict !== "inside")
      .map((card) => cardSentence(engine.name, card)),
    ...terms.map((term) => termSentence(engine.name, term)),
  ];
}

function cardSentence(
  name: string,
  { gpu, takenBytes, lowBytes, highBytes, verdict }: CardTaken,
): string {
  const took = `${name} took ${formatGib(takenBytes)} of ${gpu}, and the plan has`;
  return verdict === "above"
    ? `${took} at most ${formatGib(highBytes)}: ${formatGib(takenBytes - highBytes)} more`
    : `${took} at least ${formatGib(lowBytes)}: ${formatGib(lowBytes - takenBytes)} less`;
}

function termSentence(
  name: string,
  { gpu, id, unit, measured, low, high, verdict, evidence }: Comparison & { readonly gpu: string },
): string {
  const say = (value: number): string =>
    unit === "bytes" ? formatGib(value) : `${formatCount(value)} ${unit}`;
  const bound =
    verdict === "above" && high !== undefined ? `at most ${say(high)}` : `at least ${say(low)}`;
  return `${name} says ${id} of ${say(measured)} on ${gpu}, and the plan has ${bound} (its log, line ${evidence.line ?? 0})`;
}
