import { expect, test } from "vitest";
import { twelveCards } from "../../../../test/fixtures/deploy-plans.ts";
import type { LaunchUnit } from "./launch-unit.ts";
import { isUnfit } from "./out-of-date.ts";

type Started = Pick<LaunchUnit, "deployment" | "alsoStarts" | "start">;

const [first, second, third] = twelveCards("tensorrt-llm-engine").deployments;
if (first === undefined || second === undefined || third === undefined) {
  throw new Error("expected three deployments");
}
const script = { by: "script", script: "start.sh" } as const;
const both: Started = { deployment: first, alsoStarts: [second], start: script };

function alone(deployment: Started["deployment"]): Started {
  return { deployment, start: script };
}

test.each([
  { what: "the same models stay", units: [both], is: false },
  { what: "one of its models is gone", units: [alone(first)], is: true },
  {
    what: "one of them has another batch",
    units: [{ ...both, alsoStarts: [{ ...second, maxBatchSize: 1 }] }],
    is: true,
  },
  { what: "one more comes into it", units: [{ ...both, alsoStarts: [second, third] }], is: true },
  { what: "each has a server of its own now", units: [alone(first), alone(second)], is: true },
  // the plan's steps stop it
  { what: "none of them is wanted", units: [alone(third)], is: false },
])("a server whose models come in one step: $what", ({ units, is }) => {
  expect(isUnfit({ ...both, status: "ready" }, units)).toBe(is);
});

test("one server a model is never in the way of the steps, unless it shall share one", () => {
  expect(
    isUnfit({ ...alone(first), status: "ready" }, [alone({ ...first, maxBatchSize: 1 })]),
  ).toBe(false);
  expect(isUnfit({ ...alone(first), status: "ready" }, [both])).toBe(true);
});

test("nobody knows what one does that was starting when its launch was killed", () => {
  expect(isUnfit({ ...both, status: "starting" }, [both])).toBe(true);
  expect(isUnfit({ ...both, status: "departed" }, [both])).toBe(false);
});
