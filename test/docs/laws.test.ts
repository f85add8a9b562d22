import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanDocument } from "@berth/core";
import { expect, test } from "vitest";
import { MEASURED } from "../../scripts/docs/law-errors.ts";
import {
  type ExplainedNumber,
  type ExplainedPlan,
  lawsPage,
} from "../../scripts/docs/laws-page.ts";
import { berth, folderWith } from "../cli/run-berth.ts";
import { lawErrors } from "../measured/law-errors.ts";
import { isTruthThere } from "../measured/log-comparisons.ts";

const PAGE = new URL("../../docs/laws.md", import.meta.url);

const FLEETS = [
  "examples/four-on-one.yaml",
  "examples/four-engines.yaml",
  "examples/mixed-fleet.yaml",
  "test/docs/laws-fleet.yaml",
];

/** Times and rates are those of some workload. */
const REQUESTS = ["--prompt", "500..2k", "--output", "250"];

async function explained(fleet: string): Promise<ExplainedPlan> {
  const file = join(folderWith(), "plan.json");
  await berth(["plan", fleet, "--out", file]);
  const plan = JSON.parse(readFileSync(file, "utf8")) as PlanDocument;
  const { stdout } = await berth(["explain", file, "--json", ...REQUESTS]);
  const { numbers } = JSON.parse(stdout) as { readonly numbers: readonly ExplainedNumber[] };
  const engines = new Map(plan.deployments.map(({ model, engine }) => [model, engine.id]));
  return {
    numbers,
    engineOf: (subject) => engines.get(subject.replace(/ (?:#\d+ )?on .*$|,.*$/, "")),
  };
}

/** Measurements of others are not beside every checkout: what was measured of a law is then left out. */
function comparable(page: string): string {
  const isShown = (part: string): boolean => !part.replace(/^\| /, "").startsWith(MEASURED);
  return isTruthThere
    ? page
    : page
        .trim()
        .split(/\n{2,}/)
        .filter(isShown)
        .join("\n\n");
}

// UPDATE_DOCS=1 writes it anew
test("the page of laws shows what berth explain says, and how far each law was from measurements", async () => {
  const page = lawsPage(
    await Promise.all(FLEETS.map(explained)),
    isTruthThere ? lawErrors() : undefined,
  );
  if (process.env["UPDATE_DOCS"] === "1") {
    expect(isTruthThere, "expected ../shared/truth beside the checkout").toBe(true);
    writeFileSync(PAGE, page);
  }
  expect(comparable(page)).toBe(comparable(readFileSync(PAGE, "utf8")));
});
