import { expect, test } from "vitest";
import { readPlanDocument } from "./read-plan.ts";

test.each(["berth/plan@0", "berth/plan@2", "berth/plan", "__proto__", 1, null])(
  "a plan of version %s is refused in one sentence that names the key",
  (schema) => {
    expect(() => readPlanDocument("plan.json", JSON.stringify({ schema }))).toThrow(
      /^plan\.json: schema: [^\n]*"berth\/plan@1", got [^\n]+$/,
    );
  },
);

test("a fleet file in the place of its plan is told what is expected", () => {
  expect(() => readPlanDocument("fleet.yaml", "# ours\nhosts: []\n")).toThrow(
    /^fleet\.yaml: expected a plan, as berth plan --out writes it, got "# ours\\nhosts: \[\]\\n"$/,
  );
});
