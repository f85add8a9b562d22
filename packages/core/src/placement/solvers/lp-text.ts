import type { Milp, MilpRow, MilpTerm } from "./milp.ts";

/** The program in CPLEX' LP format. Rows without terms are left out: they must hold by themselves. */
export function renderLp(milp: Milp): string {
  const integers = milp.variables.filter((variable) => variable.isInteger);
  return [
    "Maximize",
    ` objective: ${milp.objective}`,
    "Subject To",
    ...milp.rows.flatMap(renderRow),
    "Bounds",
    ...milp.variables.map(({ name, low, high }) => ` ${low} <= ${name} <= ${high}`),
    "Generals",
    ...integers.map(({ name }) => ` ${name}`),
    "End",
    "",
  ].join("\n");
}

function renderRow({ name, terms, sense, bound }: MilpRow): string[] {
  const sums = addedUp(terms);
  return sums.length === 0 ? [] : [` ${name}: ${sums.map(renderTerm).join(" ")} ${sense} ${bound}`];
}

/** One term a variable, none with factor 0. */
function addedUp(terms: readonly MilpTerm[]): MilpTerm[] {
  const factors = new Map<string, number>();
  for (const { variable, factor } of terms) {
    factors.set(variable, (factors.get(variable) ?? 0) + factor);
  }
  return [...factors].flatMap(([variable, factor]) => (factor === 0 ? [] : [{ variable, factor }]));
}

function renderTerm({ variable, factor }: MilpTerm): string {
  return `${factor < 0 ? "-" : "+"} ${Math.abs(factor)} ${variable}`;
}
