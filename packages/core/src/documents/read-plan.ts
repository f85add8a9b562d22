import { parseJson } from "../importers/parse-json.ts";
import { InputError, shown } from "../report/errors.ts";
import type { PlanDocument } from "./plan-document.ts";
import { checkPlan } from "./plan-schema.ts";
import { schemaProblem } from "./schema-problem.ts";
import { verifyPlan } from "./verify-plan.ts";

/**
 * A plan file, checked for its shape and for whether it holds: one that was edited by hand so that a card is
 * short is refused. Throws an InputError that says what is wrong.
 */
export function readPlanDocument(file: string, text: string): PlanDocument {
  const value = parsedPlan(file, text);
  const result = checkPlan(value);
  if ("plan" in result) {
    const [problem] = verifyPlan(result.plan);
    if (problem !== undefined) {
      throw new InputError({ file }, `expected a plan that holds, but ${problem}`);
    }
    return result.plan;
  }
  throw result.issue === undefined
    ? new InputError({ file }, "expected a berth/plan@1 document")
    : schemaProblem(file, value, result.issue);
}

/** A fleet file in the place of its plan is the likeliest mistake, and YAML as a rule. */
function parsedPlan(file: string, text: string): unknown {
  const start = text.trimStart();
  if (start !== "" && !start.startsWith("{")) {
    throw new InputError(
      { file },
      `expected a plan, as berth plan --out writes it, got ${shown(start)}`,
    );
  }
  return parseJson(file, text);
}
