import { expect, test } from "vitest";
import type { ModelCapacity } from "./capacity-document.ts";
import { lossWarnings } from "./loss-warnings.ts";
import type { CapacityInput } from "./plan-capacity.ts";

const sizing = [{ model: "chat", afterLoss: { lost: "box1:0", carriesPerSecond: 8.8255 } }];
const input = (change: CapacityInput["change"] = {}): CapacityInput =>
  ({ plan: { sizing }, change }) as unknown as CapacityInput;
const left = (lost: string, requestsPerSecond: number): ModelCapacity =>
  ({
    model: "chat",
    afterLoss: [{ loss: "gpu", lost, requestsPerSecond }],
  }) as unknown as ModelCapacity;

test.each([
  { why: "more is left", given: input(), found: left("box1:0", 11.8), said: 1 },
  { why: "as much is left", given: input(), found: left("box1:0", 8.83), said: 0 },
  { why: "another loss is the worst", given: input(), found: left("box1:1", 11.8), said: 0 },
  {
    why: "another rate stands in",
    given: input({ rate: 3 }),
    found: left("box1:0", 11.8),
    said: 0,
  },
  { why: "rates are scaled", given: input({ scaleRate: 2 }), found: left("box1:0", 11.8), said: 0 },
])("what the plan counts on after a loss is said where $why: $said", ({ given, found, said }) => {
  const warnings = lossWarnings(given, [found]);
  expect(warnings).toHaveLength(said);
  expect(warnings.join()).toContain(
    said === 0 ? "" : "chat: its plan counts on 8.83 requests a second without box1:0",
  );
});
