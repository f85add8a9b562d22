import { isLessBetter, type PlanDocument } from "@berth/core";
import { type Look, paint } from "./look.ts";

type Stage = PlanDocument["objective"]["terms"][number];

const STATUS = {
  optimal: ["green", "optimal"],
  feasible: ["yellow", "feasible"],
  infeasible: ["red", "infeasible"],
} as const;

/** The status, how good the plan is, and what is proved about that. */
export function printPlanSummary(plan: PlanDocument, look: Look): string {
  const [color, word] = STATUS[plan.status];
  const { value, bound, gap, terms } = plan.objective;
  const placed = new Set(plan.deployments.map(({ model }) => model)).size;
  const proof =
    gap <= 0
      ? "proved: no plan gives it more"
      : `no plan gives it more than ${(bound * 100).toFixed(1)} % (gap ${(gap * 100).toFixed(1)} %)`;
  const parts = terms.filter(isNews).map(stageText);
  return [
    `  ${paint(look, color, word)}: ${placedText(placed, plan.unplaced.length)}, in ${plan.solveSeconds.toFixed(2)} s`,
    ...(placed > 0
      ? [`  the worst-served of them gets ${(value * 100).toFixed(1)} % of what it wants; ${proof}`]
      : []),
    ...(placed > 0
      ? [
          `  everything fits with a chance of ${percent(plan.chanceToFit)} at least; ${percent(plan.chanceWanted)} was asked for${plan.chanceToFit < plan.chanceWanted ? ", but engines that stay hold what was planned for them" : ""}`,
        ]
      : []),
    ...(parts.length > 0 ? [`  ${parts.join(", ")}`] : []),
    ...(plan.unmet ?? []).map(({ text }) => `  ${paint(look, "yellow", text)}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** Most plans lack nothing of a rate, cross no weak link and mix no cards; that is not said. */
function isNews({ id, value, bound }: Stage): boolean {
  return !SELDOM.has(id) || value !== 0 || bound !== 0;
}

const SELDOM: ReadonlySet<string> = new Set(["rates", "links", "mixing"]);

/** How stages are called where their id says too little. */
const NAMES: Readonly<Record<string, string>> = {
  rates: "percent that replicas lack of equal parts of rates",
  throughput: "tokens a second",
  targets: "replicas that miss a target",
  cost: "price an hour",
  links: "weak links crossed",
  mixing: "kinds of cards mixed",
};

/** A stage of the objective, with what any plan may reach where this one is not proved to be the best. */
function stageText({ id, value, bound }: Stage): string {
  const limit = `${isLessBetter(id) ? "at least" : "at most"} ${number(bound)}`;
  if (id === "precision") {
    return `${precisionText(value)}${value === bound ? "" : ` (${limit})`}`;
  }
  const text = `${NAMES[id] ?? id} ${number(value)}`;
  if (value === bound) {
    return text;
  }
  return isLessBetter(id) ? `${text} (${limit})` : `${text} of ${limit}`;
}

/** The value is how far down its own list of precisions each replica stands, all of them together. */
function precisionText(steps: number): string {
  return steps === 0
    ? "every model in the precision that it likes best"
    : `precisions ${steps} ${steps === 1 ? "step" : "steps"} below those that the models like best`;
}

/** With the digits that tell it from certainty, rounded down: 99.03 %, 99.9997 %. */
function percent(chance: number): string {
  const digits = Math.max(2, Math.ceil(-Math.log10(Math.max(1 - chance, 1e-9))));
  const shift = 10 ** digits;
  return `${(Math.floor(chance * 100 * shift + 1e-6) / shift).toString()} %`;
}

function placedText(placed: number, unplaced: number): string {
  if (unplaced > 0) {
    return `${placed} of ${placed + unplaced} models placed`;
  }
  return placed === 1 ? "the one model placed" : `all ${placed} models placed`;
}

/** Whole numbers as they are, others with four digits. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
