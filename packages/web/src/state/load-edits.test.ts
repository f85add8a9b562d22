import { expect, test } from "vitest";
import { applyLoad } from "./load-edits.ts";

const fleet = (keys: string): string => `models:
  # the one that everybody asks
  - name: chat
    model: Qwen/Qwen2.5-0.5B
    ${keys}
`;

test.each([
  { before: "concurrency: 4", after: "concurrency: 6" },
  { before: "concurrency: { least: 2, want: 4 }", after: "concurrency: { least: 2, want: 6 }" },
  { before: "concurrency: { least: 9, want: 9 }", after: "concurrency: { least: 6, want: 6 }" },
  { before: "concurrency: 4\n    replicas: 2", after: "concurrency: 12\n    replicas: 2" },
])("$before becomes $after", ({ before, after }) => {
  const text = applyLoad(fleet(before), "chat", { maxSeqLen: 4096, sequences: 6 });
  expect(text).toBe(fleet(`${after}\n    maxSeqLen: 4096`));
});

test("a model that is not there changes nothing", () => {
  expect(applyLoad(fleet("tp: 1"), "other", { maxSeqLen: 1, sequences: 1 })).toBe(fleet("tp: 1"));
});
