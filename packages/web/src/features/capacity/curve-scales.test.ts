import type { CapacityCurve, ModelCapacity } from "@berth/core/capacity";
import { expect, test } from "vitest";
import { bandOf, breakingPoint, curveScales, linesOf, pathOf, timeTicks } from "./curve-scales.ts";

const latency = (metric: "ttft" | "tpot", seconds: number) => ({
  metric,
  percentile: 0.95,
  seconds,
  lowSeconds: seconds / 2,
  highSeconds: seconds * 2,
});
const CURVE: CapacityCurve = {
  model: "chat",
  mostRequestsPerSecond: 10,
  points: [0, 5, 9.9].map((rate) => ({
    requestsPerSecond: rate,
    latencies: [latency("ttft", rate === 9.9 ? 1000 : 0.1), latency("tpot", 0.02)],
  })),
};
const MODEL = {
  model: "chat",
  requestsPerSecond: 2,
  mostRequestsPerSecond: 10,
  targets: [3, 2.5].map((breaksAtRequestsPerSecond) => ({ breaksAtRequestsPerSecond })),
} as unknown as ModelCapacity;

test("latencies near the most, which grow without end, don't stretch the axis", () => {
  const lines = linesOf(CURVE, "ttft", [0.95]);
  const { x, y } = curveScales(lines, MODEL, { targets: [0.4], width: 400 });
  // 0.1 s and its bounds of a half and the double, and the target above; a quarter more at each end
  expect(y.domain()).toEqual([0.05 / 1.25, 0.4 * 1.25]);
  expect(x.domain()).toEqual([0, 10.4]);
});

test("what is asked for beyond the most is on the axis too", () => {
  const lines = linesOf(CURVE, "ttft", [0.95]);
  const asked = { ...MODEL, requestsPerSecond: 20 };
  expect(curveScales(lines, asked, { targets: [], width: 400 }).x.domain()).toEqual([0, 20.8]);
});

test.each([
  [0.01, 1, ["10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s"]],
  [0.001, 900, ["1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s", "1000 s"]],
  [0.03, 0.04, ["30 ms", "40 ms", "50 ms"]],
])("an axis from %d to %d seconds has times that one can read", (low, high, expected) => {
  const lines = [{ percentile: 0.5, points: [{ ...latency("ttft", 0), rate: 1 }] }].map((line) => ({
    ...line,
    points: line.points.map((point) => ({ ...point, lowSeconds: low, highSeconds: high })),
  }));
  const scales = curveScales(lines, MODEL, { targets: [], width: 400 });
  expect(timeTicks(scales).map(({ text }) => text)).toEqual(expected);
});

test("a line goes along its rates, and its band there and back", () => {
  const [line] = linesOf(CURVE, "tpot", [0.95]);
  if (line === undefined) {
    throw new Error("no line");
  }
  const scales = curveScales([line], MODEL, { targets: [], width: 400 });
  const steps = (path: string) => path.match(/[MLZ]/g)?.join("");
  expect(steps(pathOf(line, scales))).toBe("MLL");
  expect(steps(bandOf(line, scales))).toBe("MLLLLLZ");
  expect(bandOf({ ...line, points: [] }, scales)).toBe("");
});

test("the breaking point is where the first target breaks", () => {
  expect(breakingPoint(MODEL)).toBe(2.5);
  expect(breakingPoint({ ...MODEL, targets: [] })).toBeUndefined();
});
