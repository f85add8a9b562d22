import { expect, test } from "vitest";
import { metricsText } from "./metrics-text.ts";

const document = {
  schema: "berth/watch@1",
  at: "2026-11-22T00:00:10.500Z",
  holds: false,
  gpus: [
    {
      id: "box:0",
      host: "box",
      memoryBytes: 1000,
      plannedBytes: 800,
      othersPlannedBytes: 10,
      allowedBytes: 810,
      likelyBytes: 700,
      nearBytes: 5,
      usedBytes: 806,
      shares: [{ engines: ['a "b"', "c\\d"], plannedBytes: 800, processes: 0 }],
    },
  ],
  engines: [
    { name: "x\ny", engine: "vllm", gpus: ["box:0"], kvPlannedTokens: 64, kvUsedTokens: 0 },
  ],
  alarms: [
    { code: "card-near", gpu: "box:0", usedBytes: 806, allowedBytes: 810, text: "box:0 is near" },
  ],
  sources: [{ name: "ssh://box", isUp: false, problem: "ssh did not answer" }],
} as const;

const text = metricsText(document, { samples: 3, failures: new Map([["ssh://box", 2]]) });

test("what was measured has a line, and what was not has none", () => {
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      "berth_watch_samples_total 3",
      "berth_watch_last_sample_timestamp_seconds 1795305610.5",
      'berth_watch_source_up{source="ssh://box"} 0',
      'berth_watch_source_failures_total{source="ssh://box"} 2',
      'berth_watch_alarm{code="card-near",card="box:0"} 1',
      'berth_card_used_bytes{card="box:0",host="box"} 806',
      'berth_engine_kv_used_tokens{engine="x\\ny"} 0',
      'berth_engine_processes{engine="a \\"b\\"+c\\\\d",card="box:0"} 0',
    ]),
  );
  expect(text).not.toMatch(/^berth_card_free_bytes\{/m);
  expect(text).not.toMatch(/^berth_engine_used_bytes\{/m);
});

test("every line is of the text format, under the HELP and the TYPE of its metric, and every size has its unit", () => {
  let metric = "";
  for (const line of text.trimEnd().split("\n")) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      metric = name ?? "";
    } else if (kind === "TYPE") {
      expect([name, rest]).toEqual([metric, metric.endsWith("_total") ? "counter" : "gauge"]);
    } else {
      expect(line).toMatch(
        new RegExp(
          `^${metric}(\\{[a-z_]+="([^"\\\\]|\\\\.)*"(,[a-z_]+="([^"\\\\]|\\\\.)*")*\\})? [0-9.e+]+$`,
        ),
      );
    }
    expect(metric).toMatch(/_(total|seconds|bytes|tokens|up|alarms?|processes)$/);
  }
});
