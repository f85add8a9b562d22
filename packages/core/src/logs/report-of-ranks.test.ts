import { expect, test } from "vitest";
import { readLog } from "./read-log.ts";
import { reportOfRanks } from "./report-of-ranks.ts";

const LOG = `[1,0]<stdout>:I1122 12:00:00.000000 1 model_lifecycle.cc:465] "loading: tensorrt_llm_b:1"
[1,2]<stdout>:[TensorRT-LLM][INFO] Loaded engine size: 200 MiB
[1,1]<stdout>:[TensorRT-LLM][INFO] Loaded engine size: 100 MiB
[1,3]<stdout>:[TensorRT-LLM][INFO] Loaded engine size: 300 MiB
[TensorRT-LLM][INFO] Loaded engine size: 900 MiB
`;

test("ranks of one engine are told from the others, count from 0, and belong to no model's section", () => {
  const report = readLog(LOG, { engine: "tensorrt-llm-engine" });
  const sizes = (first: number, count: number): unknown =>
    reportOfRanks(report, { first, count }).findings.map(({ rank, printed, model }) => [
      rank,
      printed,
      model,
    ]);
  expect(sizes(1, 1)).toEqual([[0, "100 MiB", undefined]]);
  expect(sizes(2, 2)).toEqual([
    [0, "200 MiB", undefined],
    [1, "300 MiB", undefined],
  ]);
  expect(sizes(4, 4)).toEqual([]);
});
