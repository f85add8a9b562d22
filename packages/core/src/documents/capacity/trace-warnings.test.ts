import { expect, test } from "vitest";
import { requestsPerSecond, seconds, tokens } from "../../units/units.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { AskedReplicas } from "./asked-replicas.ts";
import { traceWarnings } from "./trace-warnings.ts";

const at = (...times: readonly number[]) =>
  times.map((time) => ({ at: seconds(time), prompt: tokens(9), output: tokens(9) }));

// gaps of 1, 1 and 4 s: mean 2, mean square 6, so 6 / 4 - 1 = 0.5
const UNEVEN = { kind: "trace", rate: requestsPerSecond(0.5), requests: at(0, 1, 2, 6) };
const SIZED = { model: "chat", trace: { file: "day.csv", busiestSeconds: 299.6 } };

const said = (
  sizing: object | undefined,
  arrivals: object,
  answered: readonly string[] = ["chat"],
): readonly string[] =>
  traceWarnings(
    { ...(sizing === undefined ? {} : { sizing: [sizing] }) } as Pick<PlanDocument, "sizing">,
    {
      answered,
      asked: new Map([["chat", { workload: { arrivals } }]]),
    } as unknown as AskedReplicas,
  );

test("a plan that was sized by a trace says how its requests vary, and for which part it was sized", () => {
  expect(said(SIZED, UNEVEN)).toEqual([
    "chat: its requests come as in day.csv, with 0.5 times the variance of Poisson's; replicas were sized for its busiest 300 seconds, in which they are taken to come as Poisson's, so that the plan's rates differ from these",
  ]);
});

test.each([
  { why: "nothing was sized", sizing: undefined },
  { why: "it was sized by a rate", sizing: { model: "chat" } },
  { why: "a rate stands in for the trace", arrivals: { kind: "poisson", rate: 1 } },
  { why: "another model is asked about", answered: ["code"] },
])("nothing is said where $why", (given) => {
  const sizing = "sizing" in given ? given.sizing : SIZED;
  expect(said(sizing, given.arrivals ?? UNEVEN, given.answered)).toEqual([]);
});
