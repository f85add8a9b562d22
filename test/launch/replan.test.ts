// An engine that takes more than planned, and a plan around it, on the box without cards.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith, oneSentence } from "../cli/run-berth.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

/** Three that fill a card; the last one can do with less. */
const FLEET = `
inventory: one-4090.xml
engine: tensorrt-llm
models:
  - { name: big, model: meta-llama/Llama-3.2-3B-Instruct, maxSeqLen: 4k, concurrency: { least: 1, want: 8 } }
  - { name: middle, model: Qwen/Qwen2.5-1.5B-Instruct, maxSeqLen: 4k, concurrency: { least: 1, want: 8 } }
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 4k, concurrency: { least: 1, want: 8 } }
`;

let made: Readonly<Record<string, string>>;
let box: FakeBox;
let folder = "";
let port = 0;

beforeAll(async () => {
  const inventory = readFileSync("examples/inventory/one-4090.xml", "utf8");
  const files = { "fleet.yaml": FLEET, "one-4090.xml": inventory };
  const at = folderWith(files);
  expect((await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: at })).code).toBe(0);
  made = { ...files, "plan.json": readFileSync(join(at, "plan.json"), "utf8") };
});

afterEach(async () => {
  await run("stop");
  box.remove();
});

async function open(files: Readonly<Record<string, string>> = made): Promise<PlanDocument> {
  folder = folderWith(files);
  const plan = JSON.parse(made["plan.json"] ?? "") as PlanDocument;
  box = fakeBox(plan);
  port = await freePorts();
  return plan;
}

function run(...args: readonly string[]): Promise<Ended> {
  return berth(args, { cwd: folder, env: box.environment });
}

function launch(...more: readonly string[]): Promise<Ended> {
  const replan = ["--on-departure", "replan", "--first-port", String(port)];
  return run("launch", "plan.json", ...replan, ...more);
}

function tokensOf({ deployments }: PlanDocument): Readonly<Record<string, number>> {
  return Object.fromEntries(deployments.map(({ model, kv }) => [model, kv.tokens]));
}

describe("--on-departure replan", () => {
  test("plans around an engine that took more, says so first, and goes on with it", async () => {
    const plan = await open();
    box.setFaults({ [port + 1]: { kind: "more", term: "activations", extraMiB: 4000 } });
    const ended = await launch("--fleet", "fleet.yaml");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/middle says activations of [\d.]+ GiB on one-4090:0/);
    expect(ended.stderr).toMatch(
      /re-planned with what was measured: \d+ corrections? in \S+calibration\.json, [\d.]+ GiB of one-4090:0/,
    );
    const [, after = ""] = ended.stderr.split("re-planned");
    expect(after).toContain("running as planned: middle");
    expect(after).toMatch(/step 1: stop big[^\n]*\n[\s\S]*step 3: start small[\s\S]*stopping big/);
    expect(ended.stdout).toContain("From the plan that runs, one after another");

    const file = join(box.folder, "state", "berth", "plan.json");
    const next = JSON.parse(readFileSync(file, "utf8")) as PlanDocument;
    const [before, now] = [tokensOf(plan), tokensOf(next)];
    expect(now["middle"]).toBe(before["middle"]);
    expect(now["big"]).toBeLessThan(before["big"] ?? 0);
    const activations = next.deployments
      .find(({ model }) => model === "small")
      ?.ranks[0]?.terms.find(({ id }) => id === "activations");
    expect(activations?.sources.join()).toContain("calibration.json");
    expect(activations?.bytes).toBeGreaterThan(activations?.published?.bytes ?? Number.NaN);

    const status = JSON.parse((await run("status", "--json")).stdout) as {
      readonly engines: readonly unknown[];
    };
    // each on the port that it had, in the order in which they were started
    expect(status.engines).toMatchObject([
      { name: "middle", condition: "departed", port: port + 1 },
      { name: "big", condition: "ready", port },
      { name: "small", condition: "ready", port: port + 2 },
    ]);
    const again = await run("launch", file, "--first-port", String(port));
    expect(again.stderr).toContain("running as planned: middle, big, small");
  });

  test("where a model would have no place then, says which and stops what it started", async () => {
    // eight sequences each, and nothing less
    const fleet = FLEET.replaceAll("{ least: 1, want: 8 }", "8");
    await open({ ...made, "fleet.yaml": fleet });
    box.setFaults({ [port + 1]: { kind: "more", extraMiB: 3000 } });
    const ended = await launch("--fleet", "fleet.yaml");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("no other plan: small would have no place: ");
    expect(ended.stderr).toContain("stopping middle");
    expect(ended.stderr).toContain("big is stopped");
    expect(box.usedMiB()).toBe(0);
  });

  test("is refused in one sentence without what it is made of", async () => {
    await open();
    const without = await launch();
    expect(without.code).toBe(2);
    expect(oneSentence(without)).toContain("add --fleet FILE");
    const alone = await run("launch", "plan.json", "--calibration", "x.json");
    expect(alone.code).toBe(2);
    expect(oneSentence(alone)).toBe("--calibration goes with --fleet FILE");
    const word = await run("launch", "plan.json", "--on-departure", "pray");
    expect(oneSentence(word)).toContain("expected stop, continue, replan");
    expect(box.usedMiB()).toBe(0);
  });
});
