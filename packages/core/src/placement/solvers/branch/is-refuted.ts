import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Steps } from "../large/steps.ts";
import type { OpenProgram } from "../linear-program.ts";
import { Domain } from "./domain.ts";
import type { Question } from "./question.ts";
import { Relaxation } from "./relaxation.ts";
import { listWays } from "./ways.ts";

/** Whether prices prove that the question has no layout: one look, with counts in parts. */
export function* isRefuted(
  at: { readonly fleet: FleetIndex; readonly effort: Effort; readonly open: OpenProgram },
  question: Question,
): Steps<boolean> {
  const listed = listWays(at.fleet, question);
  const relaxation = new Relaxation(listed, at);
  try {
    yield undefined;
    return relaxation.solve(new Domain(listed), Number.POSITIVE_INFINITY) === "none";
  } finally {
    relaxation.close();
  }
}
