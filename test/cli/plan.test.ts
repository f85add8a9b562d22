import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanDocument } from "@berth/core";
import { describe, expect, test } from "vitest";
import {
  INVENTORY_FLEET,
  LIST_3090,
  MIG_AND_WHOLE,
  ONE_MODEL_FLEET,
  TINY_CONFIG,
  TOO_LARGE_FLEET,
  TWO_4090,
} from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

test("--json is one plan, and nothing else is printed", async () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
  const run = await berth(["plan", "fleet.yaml", "--json"], { cwd });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(run.stdout)).toMatchObject({
    schema: "berth/plan@1",
    status: "optimal",
    deployments: [{ model: "chat", gpus: ["box1:0"] }],
  });
});

test("people see cards, models in start order, what each holds, and the proof", async () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
  const { code, stdout } = await berth(["plan", "fleet.yaml"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/box1:0 +rtx-4090 +23\.53/);
  expect(stdout).toMatch(/0 +chat +tensorrt-llm/);
  expect(stdout).toMatch(/found free +weights +activations/);
  expect(stdout).toContain("optimal: the one model placed");
});

test("a rate that a fixed number of replicas misses is said in the answer, in --json and on stderr; it is no refusal", async () => {
  const workload = "workload: { rate: 900, prompt: 400, output: 200 }";
  const fleet = ONE_MODEL_FLEET.replace(/( +)concurrency:.*/, `$&\n$1replicas: 1\n$1${workload}`);
  const cwd = folderWith({ "fleet.yaml": fleet });
  const text = await berth(["plan", "fleet.yaml"], { cwd });
  expect(text.code).toBe(0);
  expect(text.stdout.split("Answer")[1]).toContain("chat misses its rate: it carries");
  expect(oneSentence(text)).toContain("900 are asked for");
  const { stdout } = await berth(["plan", "fleet.yaml", "--json"], { cwd });
  const { unmet, warnings } = JSON.parse(stdout) as PlanDocument;
  expect(unmet).toEqual([expect.objectContaining({ model: "chat", requestsPerSecond: 900 })]);
  expect(warnings).toContain(unmet?.[0]?.text);
});

test("what does not fit exits with 1, with reasons, and the rest is placed", async () => {
  const cwd = folderWith({ "fleet.yaml": TOO_LARGE_FLEET });
  const text = await berth(["plan", "fleet.yaml"], { cwd });
  expect(text.code).toBe(1);
  expect(text.stdout).toContain("huge does not fit");
  const json = await berth(["plan", "fleet.yaml", "--json"], { cwd });
  expect(json.code).toBe(1);
  const plan = JSON.parse(json.stdout);
  expect(plan.status).toBe("infeasible");
  expect(plan.deployments.map(({ model }: { model: string }) => model)).toEqual(["chat"]);
});

test("a pin to a card that there is not is a no, with its reason", async () => {
  const cwd = folderWith({ "fleet.yaml": `${ONE_MODEL_FLEET}    gpus: box9:3\n` });
  const run = await berth(["plan", "fleet.yaml", "--json"], { cwd });
  expect([run.code, run.stderr]).toEqual([1, ""]);
  expect(JSON.parse(run.stdout).unplaced[0].reasons[0].text).toContain("box9:3");
});

test("paths in the fleet file are relative to it; those of flags to where berth runs", async () => {
  const cwd = folderWith({
    "fleets/fleet.yaml": INVENTORY_FLEET.replace("meta-llama/Llama-3.2-1B", "./tiny"),
    "fleets/tiny/config.json": TINY_CONFIG,
    "fleets/box1.csv": TWO_4090,
    "other.csv": TWO_4090,
  });
  const own = await berth(["plan", "fleets/fleet.yaml", "--json"], { cwd });
  expect(own.stderr).toBe("");
  expect(JSON.parse(own.stdout).hosts.map(({ name }: { name: string }) => name)).toEqual(["box1"]);
  const args = ["plan", "fleets/fleet.yaml", "--inventory", "other.csv", "--json"];
  const instead = await berth(args, { cwd });
  expect(JSON.parse(instead.stdout).gpus[0].id).toBe("other:0");
});

test("--inventory stands for the hosts of the fleet file", async () => {
  const other = TWO_4090.replaceAll("GPU-0", "GPU-1");
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET, "a.csv": TWO_4090, "b.csv": other });
  const args = ["plan", "fleet.yaml", "--inventory", "a.csv", "--inventory", "b.csv", "--json"];
  const { stdout } = await berth(args, { cwd });
  const ids = JSON.parse(stdout).gpus.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(["a:0", "a:1", "b:0", "b:1"]);
});

test("a host that is given twice is refused", async () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET, "a.csv": TWO_4090 });
  const run = await berth(
    ["plan", "fleet.yaml", "--inventory", "a.csv", "--inventory", "./a.csv"],
    { cwd },
  );
  expect([run.code, run.stdout]).toEqual([2, ""]);
  expect(oneSentence(run)).toBe(
    "fleet.yaml: inventory: expected each card once, got GPU-00000000-0000-0000-0000-000000000000 as a:0 and as a-2:0",
  );
});

describe("cards that no plan can use as they are", () => {
  const [first = ""] = MIG_AND_WHOLE.split(/(?=\n\| {3}1 )/);
  const cut = MIG_AND_WHOLE.split("\n").slice(0, 12).join("\n");
  const lost = "Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error\n";
  const cwd = folderWith({
    "fleet.yaml": ONE_MODEL_FLEET,
    "mixed.txt": MIG_AND_WHOLE,
    "mig.txt": first,
    "cut.txt": cut,
    "list.txt": LIST_3090,
    "lost.txt": lost + TWO_4090,
    "all-lost.csv": TWO_4090.replaceAll("24564 MiB", "[GPU is lost]"),
  });
  const plan = (source: string) =>
    berth(["plan", "fleet.yaml", "--inventory", source, "--json"], { cwd });

  test("a card with MIG enabled is left out, and named", async () => {
    const { code, stdout } = await plan("mixed.txt");
    const { gpus, warnings, hosts } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(gpus.map(({ id }: { id: string }) => id)).toEqual(["mixed:1"]);
    expect(hosts[0].gpuCount).toBe(2);
    expect(warnings.join()).toMatch(/^mixed:0: MIG is enabled, so plans leave it out/);
  });

  test("lost cards are left out, and named", async () => {
    const { code, stdout } = await plan("lost.txt");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).warnings.join()).toMatch(/GPU1: 0000:34.*plans leave lost cards out/);
  });

  test("memory that -L does not print is taken from the catalogue, and that is said", async () => {
    const { code, stdout } = await plan("list.txt");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).warnings[0]).toContain("taken as idle, 23.56 GiB by the catalogue");
  });

  test.each([
    { source: "mig.txt", says: /got none; left out are mig:0 \(MIG is enabled/ },
    { source: "all-lost.csv", says: /got none; left out are all-lost:0,1 \(lost\)$/ },
    {
      source: "cut.txt",
      says: /^cut.txt: expected the whole of .* cut \(line 12: .* cards or their memory may be missing$/,
    },
  ])("$source is one sentence and exit code 2", async ({ source, says }) => {
    const run = await plan(source);
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });

  test("the inventory of a cut text shows what was readable, with the warning", async () => {
    const run = await berth(["inventory", "cut.txt"], { cwd });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toMatch(/cut:0 +NVIDIA H100 80GB HBM3/);
    expect(run.stdout).toContain("warning: cut.txt: line 12: the table has no lower border");
  });
});

describe("bad input is one sentence and exit code 2", () => {
  const cwd = folderWith({
    "unknown-key.yaml": ONE_MODEL_FLEET.replace("maxSeqLen", "maxSeqLength"),
    "unknown-model.yaml": ONE_MODEL_FLEET.replace("Llama-3.2-1B", "Lama-3.2-1B"),
    "unknown-card.yaml": ONE_MODEL_FLEET.replace("rtx-4090", "rtx-4091"),
    "no-host.yaml": ONE_MODEL_FLEET.replace(/hosts:[\s\S]*models/, "models"),
    "no-inventory.yaml": INVENTORY_FLEET,
    "empty-inventory.yaml": INVENTORY_FLEET.replace("box1.csv", "empty.csv"),
    "empty.csv": "",
    "broken.yaml": "models: [",
    "empty.yaml": "",
    "layerless.yaml": ONE_MODEL_FLEET.replace("meta-llama/Llama-3.2-1B", "./layerless"),
    "layerless/config.json": TINY_CONFIG.replace("num_hidden_layers", "layers"),
  });
  test.each([
    { file: "unknown-key", says: /models\[0\]\.maxSeqLength: unknown key; did you mean maxSeqLen/ },
    { file: "unknown-model", says: /models\[0\]\.model: meta-llama\/Lama-3.2-1B: .*did you mean/ },
    { file: "unknown-card", says: /rtx-4091/ },
    { file: "no-host", says: /expected inventory or hosts in it, or --inventory SOURCE/ },
    { file: "no-inventory", says: /^box1.csv: no such file$/ },
    { file: "empty-inventory", says: /^empty.csv: / },
    { file: "broken", says: /^broken.yaml: / },
    { file: "empty", says: /^empty.yaml: / },
    { file: "layerless", says: /num_hidden_layers/ },
    { file: "nowhere", says: /^nowhere.yaml: no such file$/ },
  ])("$file", async ({ file, says }) => {
    const run = await berth(["plan", `${file}.yaml`, "--json"], { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(says);
  });
});

describe("--out", () => {
  test("writes what --json prints, and replaces an earlier plan", async () => {
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
    for (const round of [1, 2]) {
      const run = await berth(["plan", "fleet.yaml", "--out", "new/plan.json", "--json"], { cwd });
      expect([round, run.code]).toEqual([round, 0]);
      const written = JSON.parse(readFileSync(join(cwd, "new/plan.json"), "utf8"));
      expect(written).toEqual(JSON.parse(run.stdout));
    }
  });

  test("leaves a file alone that is no plan, unless forced", async () => {
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
    const args = ["plan", "fleet.yaml", "--out", "fleet.yaml"];
    const run = await berth(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toContain("is no plan of berth's");
    expect(readFileSync(join(cwd, "fleet.yaml"), "utf8")).toBe(ONE_MODEL_FLEET);
    expect((await berth([...args, "--force"], { cwd })).code).toBe(0);
  });
});

describe("--render", () => {
  test("writes the deployment of the plan's engine", async () => {
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
    const run = await berth(["plan", "fleet.yaml", "--render", "out", "--json"], { cwd });
    expect(run.code).toBe(0);
    expect(() => JSON.parse(run.stdout)).not.toThrow();
    expect(oneSentence(run)).toMatch(/^wrote \d+ files for trtllm-serve to out$/);
    expect(existsSync(join(cwd, "out/.berth-manifest.json"))).toBe(true);
  });

  test("engines that may share cards get one order of starts", async () => {
    const second = `  - { name: other, model: meta-llama/Llama-3.2-1B, engine: vllm, concurrency: 4 }\n`;
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET + second });
    const run = await berth(["plan", "fleet.yaml", "--render", "out"], { cwd });
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/for scripts to out/);
    expect(readFileSync(join(cwd, "out/start-all.sh"), "utf8").match(/^start /gm)).toHaveLength(2);
  });

  test("a TensorRT engine beside another engine is started in one order with it", async () => {
    const second = `  - { name: old, model: meta-llama/Llama-3.2-1B, engine: tensorrt-llm-engine, maxSeqLen: 4096, maxNumTokens: 2048, concurrency: 4 }\n`;
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET + second });
    const run = await berth(["plan", "fleet.yaml", "--render", "out"], { cwd });
    expect(run.code).toBe(0);
    const order = readFileSync(join(cwd, "out/start-all.sh"), "utf8");
    expect(order).toContain("chat");
    expect(order).toContain("old");
    expect(existsSync(join(cwd, "out/build.sh"))).toBe(true);
  });

  test("a target that can't carry the plan is a no, with reasons", async () => {
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
    const args = ["plan", "fleet.yaml", "--render", "out", "--target", "triton-engine"];
    const run = await berth(args, { cwd });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("not rendered: triton-engine: ");
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  test("a target that there is not is refused before anything is solved", async () => {
    const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
    writeFileSync(join(cwd, "note"), "");
    const run = await berth(["plan", "fleet.yaml", "--render", "out", "--target", "nomad"], {
      cwd,
    });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(oneSentence(run)).toMatch(
      /^--target: expected trtllm-serve or .* or compose or .*, got "nomad"$/,
    );
  });
});

describe("a fleet that is too large for an exact search", () => {
  // 9 hosts × 8 cards; 40 replicas of a model that wants more sequences than fit
  const LARGE_FLEET = `schema: berth/fleet@1
hosts:
${Array.from({ length: 9 }, (_, i) => `  - { name: h${i}, gpus: [{ gpu: rtx-4090, count: 8 }] }`).join("\n")}
models:
  - { name: chat, model: meta-llama/Llama-3.1-8B, replicas: 40, concurrency: { least: 40, want: 1200 } }
  - { name: small, model: meta-llama/Llama-3.2-1B, replicas: 20, concurrency: { least: 20, want: 2000 } }
`;

  test("prints how far the plan may be from the best, the same for the same limit and seed", async () => {
    const cwd = folderWith({ "fleet.yaml": LARGE_FLEET });
    const args = ["plan", "fleet.yaml", "--nodes", "20000", "--seed", "3", "--json"];
    const runs = [await berth(args, { cwd }), await berth(args, { cwd })];
    const plans = runs.map(({ stdout }) => ({ ...JSON.parse(stdout), solveSeconds: 0 }));
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[0].objective.value).toBeLessThanOrEqual(plans[0].objective.bound);
    expect(plans[0].objective.gap).toBeLessThan(1);
  });

  test.each([
    ["--nodes", "0"],
    ["--nodes", "many"],
    ["--seed", "many"],
  ])("%s %s is bad usage", async (flag, value) => {
    const cwd = folderWith({ "fleet.yaml": LARGE_FLEET });
    const run = await berth(["plan", "fleet.yaml", flag, value], { cwd });
    expect(run.code).toBe(2);
    expect(oneSentence(run)).toContain(`${flag}: expected a whole number`);
  });
});
