import { readPlanDocument } from "@berth/core";
import { diffPlans } from "@berth/core/changes";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readPlanText } from "../io/plan-file.ts";
import type { Terminal } from "../io/terminal.ts";
import { printDiff } from "../print/diff.ts";
import { UsageError } from "../usage-error.ts";

export const diff: Command = {
  meta: { name: "diff", description: "In what two plans differ: models, cards, how good they are" },
  args: {
    a: {
      type: "positional",
      required: true,
      description: "a plan, as berth plan --json or --out wrote it (- is stdin)",
    },
    b: { type: "positional", required: true, description: "the plan to hold against it" },
    json: JSON_FLAG,
  },
  examples: ["berth diff plan.json next.json", "berth diff plan.json next.json --json"],
  run: runDiff,
};

/** Exits with 0 whether the plans differ or not: `isSame` of the document says so. */
async function runDiff(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const [a = "", b = ""] = [flags.text("a"), flags.text("b")];
  if (a === "-" && b === "-") {
    throw new UsageError("stdin (-) can be read once only");
  }
  const before = readPlanDocument(a, await readPlanText(a, terminal));
  const after = readPlanDocument(b, await readPlanText(b, terminal));
  const document = diffPlans(before, after);
  await terminal.print(
    flags.isSet("json")
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : printDiff(document, terminal),
  );
  return EXIT.done;
}
