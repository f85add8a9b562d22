import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { CapacityDocument } from "@berth/core/capacity";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, test } from "vitest";
import { berthHere, type InProcess } from "../support/in-process.ts";
import { folderWith } from "./run-berth.ts";

const FLEET = `hosts: [{ name: box1, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
models:
  - name: chat
    model: meta-llama/Llama-3.2-3B
    maxSeqLen: 4096
    concurrency: 16
    replicas: 1
    workload:
      rate: 2
      prompt: { median: 400, p95: 1500 }
      output: 150
      targets: [{ metric: ttft, most: 600 ms }, { metric: tpot, percentile: 99, most: 18 ms }]
  - { name: quiet, model: Qwen/Qwen2.5-0.5B, concurrency: 4, workload: { rate: 1, prompt: 100, output: 20 } }
  - { name: none, model: Qwen/Qwen2.5-0.5B, concurrency: 4 }
`;
const cwd = folderWith({ "fleet.yaml": FLEET });

beforeAll(async () => {
  await berthHere(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
});

async function said(args: readonly string[], io: Partial<InProcess> = {}): Promise<string> {
  const { stdout } = await berthHere(["capacity", "plan.json", ...args], { cwd, ...io });
  return stdout;
}

async function documentOf(...args: string[]): Promise<CapacityDocument> {
  return JSON.parse(await said([...args, "--json"])) as CapacityDocument;
}

/** The key and the rows of one chart, without what stands left of them. */
function chartOf(text: string, title: string) {
  const all = text.split("\n");
  const from = all.findIndex((line) => line.startsWith(title));
  const lines = all.slice(from, all.indexOf("", from));
  const rows = lines.filter((line) => /^.{8} [^\d]*$/.test(line) && !line.startsWith("  ●"));
  return { lines, rows: rows.slice(-14).map((line) => [...line.slice(9).padEnd(64)]) };
}

test("TTFT and TPOT over the rate within 80 columns, each line beyond its target from where it breaks", async () => {
  const text = await said(["--plot"], { width: 80 });
  const charts = ["TTFT", "TPOT"].flatMap((metric) => chartOf(text, `chat: ${metric}`).lines);
  expect(charts).toHaveLength(2 * 17 + 1);
  expect(Math.max(...charts.map((line) => line.length))).toBeLessThanOrEqual(80);
  const { models } = await documentOf();
  for (const { metric, breaksAtRequestsPerSecond: breaks } of models[0]?.targets ?? []) {
    const { rows, lines } = chartOf(text, `chat: ${metric.toUpperCase()} at rising rates`);
    expect(rows).toHaveLength(14);
    const target = rows.findIndex((row) => row.includes("─"));
    const broken = rows[0]?.indexOf("┃") ?? -1;
    // the axis of 64 columns ends at the most
    expect(broken).toBe(Math.floor((64 * breaks) / (models[0]?.mostRequestsPerSecond ?? 0)));
    // p95 and p99 are the highest of their charts: below or on the target's row before, above after
    const height = (column: number) => rows.findIndex((row) => row[column] === "●");
    expect(height(broken - 6)).toBeGreaterThanOrEqual(target);
    expect([height(broken + 6) < target, height(broken + 6) >= 0]).toEqual([true, true]);
    expect(lines.at(-1)?.trim()).toMatch(/^0 /);
  }
  // nobody wants p99 of TTFT
  expect(chartOf(text, "chat: TTFT").lines.join()).not.toContain("p99");
  expect(text).toContain("quiet: TPOT at rising rates");
  expect(text).not.toContain("none: ");
});

test("without colours it is the same but for the colours, and not there unless it is asked for", async () => {
  const [plain, coloured] = [await said(["--plot"]), await said(["--plot"], { hasColor: true })];
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
  expect(await said([])).not.toContain("at rising rates");
  expect((await documentOf()).models.map((model) => "curve" in model)).toEqual([false, false]);
});

test("--json has its points, each as the model answers at that rate", async () => {
  const document = await documentOf("--plot");
  const schema = new URL("../../data/schemas/capacity.schema.json", import.meta.url);
  const validate = new Ajv2020().compile(JSON.parse(readFileSync(schema, "utf8")));
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  const [chat] = document.models;
  const point = chat?.curve?.[20];
  const args = ["--model", "chat", "--percentiles", "50,95,99"];
  const [alone] = (await documentOf(...args, "--rate", String(point?.requestsPerSecond))).models;
  expect(point?.latencies).toEqual(alone?.latencies);
  expect(
    chat?.curve?.every(
      (one, i, all) => i === 0 || one.requestsPerSecond > (all[i - 1]?.requestsPerSecond ?? 0),
    ),
  ).toBe(true);
});

test("--csv has a line a point", async () => {
  const { models } = await documentOf("--plot");
  const [header = "", ...lines] = (await said(["--plot", "--csv"])).trim().split("\n");
  expect(header).toBe(
    "model,requestsPerSecond,kvOccupancyP50,kvOccupancyP95,kvOccupancyP99,chanceToWait," +
      "ttftP50Seconds,ttftP95Seconds,ttftP99Seconds,tpotP50Seconds,tpotP95Seconds,tpotP99Seconds,e2eP50Seconds,e2eP95Seconds,e2eP99Seconds",
  );
  expect(lines).toHaveLength(models.flatMap(({ curve }) => curve ?? []).length);
  const [chat, quiet] = ["chat", "quiet"].map(
    (name) => lines.find((line) => line.startsWith(`${name},`))?.split(",") ?? [],
  );
  expect(Number(chat?.[1])).toBe(models[0]?.curve?.[0]?.requestsPerSecond);
  // nobody wants p99 of the quiet one
  expect([chat?.[8] === "", quiet?.[8] === ""]).toEqual([false, true]);
});

test("a model that is asked for too much shows where it would end", async () => {
  const text = await said(["--plot", "--model", "chat", "--rate", "500"], { width: 80 });
  expect(text).toContain("asked, beyond the most: 500");
  expect(chartOf(text, "chat: TTFT").rows.join()).not.toContain("┊");
});
