// One Triton server a model, on the box without cards.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { tritonHosts } from "../../packages/core/src/deploy/targets/triton-engine/repository.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith } from "../cli/run-berth.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

const FLEETS = {
  llmapi: `
inventory: one-4090.xml
engine: tensorrt-llm
models:
  - { name: big, model: Qwen/Qwen2.5-1.5B-Instruct, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`,
  mixed: `
inventory: one-4090.xml
models:
  - { name: eng, model: Qwen/Qwen2.5-1.5B-Instruct, engine: tensorrt-llm-engine, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: vl, model: Qwen/Qwen2.5-0.5B-Instruct, engine: vllm, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`,
  engines: `
inventory: one-4090.xml
engine: tensorrt-llm-engine
models:
  - { name: big, model: Qwen/Qwen2.5-1.5B-Instruct, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`,
  apart: `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }] }]
engine: tensorrt-llm-engine
models:
  - { name: wide, model: Qwen/Qwen2.5-14B-Instruct, quantization: bf16, tp: 2, maxSeqLen: 2k, concurrency: { least: 1, want: 2 } }
  - { name: slim, model: Qwen/Qwen2.5-7B-Instruct, quantization: bf16, maxSeqLen: 2k, concurrency: { least: 1, want: 2 } }
`,
  wide: `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: tensorrt-llm-engine
models:
  - { name: wide, model: Qwen/Qwen2.5-14B-Instruct, quantization: bf16, tp: 2, maxSeqLen: 2k, concurrency: { least: 1, want: 2 } }
`,
} as const;

interface Scene {
  readonly plan: PlanDocument;
  readonly box: FakeBox;
  readonly port: number;
  readonly folder: string;
  readonly engines: string;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
}

const scenes: Scene[] = [];

afterEach(async () => {
  for (const { run, box } of scenes.splice(0)) {
    await run("stop");
    box.remove();
  }
});

async function sceneOf(name: keyof typeof FLEETS): Promise<Scene> {
  const inventory = readFileSync("examples/inventory/one-4090.xml", "utf8");
  const folder = folderWith({ "fleet.yaml": FLEETS[name], "one-4090.xml": inventory });
  const planned = await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: folder });
  expect(planned.code).toBe(0);
  const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanDocument;
  const box = fakeBox(plan);
  const env = {
    ...box.environment,
    BERTH_TEMPLATES: templates(folder),
    BERTH_TRITONSERVER: join(process.cwd(), "test/fake-box/bin/tritonserver"),
  };
  const scene: Scene = {
    plan,
    box,
    port: await freePorts(),
    folder,
    engines: join(folder, "engines"),
    run: (...args) => berth(args, { cwd: folder, env }),
  };
  scenes.push(scene);
  return scene;
}

/** TensorRT-LLM's own files, as fetch-templates.sh finds them for both kinds of models. */
function templates(folder: string): string {
  const own = join(folder, "templates");
  for (const [inside, files] of [
    ["1", ["model.py", "helpers.py"]],
    ["preprocessing/1", ["model.py"]],
    ["postprocessing/1", ["model.py"]],
  ] as const) {
    mkdirSync(join(own, inside), { recursive: true });
    for (const file of files) {
      writeFileSync(join(own, inside, file), "");
    }
  }
  return own;
}

/** Built engines, each with the source that the box knows its numbers by. */
function buildEngines({ plan, engines }: Scene): void {
  const own = plan.deployments.filter(({ engine }) => engine.id === "tensorrt-llm-engine");
  const hosts = tritonHosts({ ...plan, deployments: own }, { enginesFolder: engines });
  for (const { models } of hosts.flatMap(({ servers }) => servers)) {
    for (const { build, instances } of models) {
      mkdirSync(build.engineFolder, { recursive: true });
      const { source } = instances[0].deployment;
      writeFileSync(join(build.engineFolder, "config.json"), JSON.stringify({ source }));
    }
  }
}

interface Status {
  readonly name: string;
  readonly condition: string;
  readonly port: number;
  readonly pid: number;
}

async function statusOf({ run }: Scene): Promise<readonly Status[]> {
  const { stdout } = await run("status", "--json");
  return (JSON.parse(stdout) as { engines: readonly Status[] }).engines;
}

function launch({ run, port, engines }: Scene, ...more: readonly string[]): Promise<Ended> {
  const options = ["--first-port", String(port), "--engines-folder", engines];
  return run("launch", "plan.json", ...options, ...more);
}

describe("triton-llmapi", () => {
  test("is started with one server a model, each measured, and named where it fails", async () => {
    const here = await sceneOf("llmapi");
    here.box.setFaults({ [here.port + 10]: { kind: "out-of-memory" } });
    const failed = await launch(here, "--target", "triton-llmapi");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("big is ready");
    expect(failed.stderr).toContain("small did not start");
    expect(failed.stderr).toContain("TensorRT-LLM could not make one of its parts");
    expect(here.box.usedMiB()).toBe(0);
    here.box.setFaults({});
    const ended = await launch(here, "--target", "triton-llmapi");
    expect(ended.code).toBe(0);
    expect(await statusOf(here)).toMatchObject([
      { name: "big", condition: "ready", port: here.port },
      { name: "small", condition: "ready", port: here.port + 10 },
    ]);
  });

  test("keeps a server's ports when others come and go around it", async () => {
    const here = await sceneOf("llmapi");
    const target = ["--target", "triton-llmapi"];
    expect((await launch(here, ...target)).code).toBe(0);
    const [, before] = await statusOf(here);
    // the first one goes: the second would be the first by its place now
    writeFileSync(join(here.folder, "less.yaml"), FLEETS.llmapi.replace(/^.*name: big.*\n/m, ""));
    const words = ["plan", "less.yaml", "--from", "plan.json", "--out", "small.json"];
    expect((await here.run(...words)).code).toBe(0);
    const options = ["--first-port", String(here.port), ...target];
    const less = await here.run("launch", "small.json", ...options);
    expect(less.stderr).toContain("running as planned: small");
    expect(less.stderr).toContain("stopping big");
    expect(less.code).toBe(0);
    expect(await statusOf(here)).toEqual([before]);
    // and comes again beside it, on ports that nobody has
    const more = ["plan", "fleet.yaml", "--from", "small.json", "--out", "back.json"];
    expect((await here.run(...more)).code).toBe(0);
    const again = await here.run("launch", "back.json", ...options);
    expect(again.stderr).toContain("running as planned: small");
    expect(again.code).toBe(0);
    const [kept, back] = await statusOf(here);
    expect(kept).toEqual(before);
    expect(back).toMatchObject({ name: "big", condition: "ready" });
    expect(Math.abs((back?.port ?? 0) - (kept?.port ?? 0))).toBeGreaterThanOrEqual(10);
    const script = join(here.box.folder, "state", "berth", "bundle", "start", "big.sh");
    expect(readFileSync(script, "utf8")).toContain(`--http-port=${back?.port} `);
  });
});

describe("triton-engine", () => {
  test("is started beside another engine, by scripts for both in one order", async () => {
    const here = await sceneOf("mixed");
    const models = ["--models-folder", here.engines];
    const unbuilt = await launch(here, ...models);
    expect(unbuilt.code).toBe(1);
    expect(unbuilt.stderr).toContain("build.sh makes it");
    buildEngines(here);
    mkdirSync(join(here.engines, "Qwen-Qwen2.5-1.5B-Instruct"));
    const ended = await launch(here, ...models);
    expect(ended.stderr).toContain("eng is ready");
    expect(ended.stderr).toContain("vl is ready");
    expect(ended.code).toBe(0);
    const dry = await launch(here, ...models, "--dry-run");
    expect(dry.stdout).toContain("eng runs as planned and is left alone");
    await here.run("stop");
    expect(here.box.usedMiB()).toBe(0);
  });

  test("as one server a model is started with a leader each, and named where it fails", async () => {
    const here = await sceneOf("engines");
    buildEngines(here);
    const leader = ["--triton-mode", "leader"];
    const second = here.plan.deployments[1]?.model ?? "";
    here.box.setFaults({ [here.port + 10]: { kind: "killed" } });
    const killed = await launch(here, ...leader);
    expect(killed.code).toBe(1);
    expect(killed.stderr).toContain(`${second} did not start`);
    expect(killed.stderr).toContain("Something killed the process");
    expect(here.box.usedMiB()).toBe(0);
  });

  test("as one server for all models loads one after the other, each measured", async () => {
    const here = await sceneOf("engines");
    buildEngines(here);
    const [first = "", second = ""] = here.plan.deployments.map(({ model }) => model);
    const dry = await launch(here, "--dry-run");
    expect(dry.stdout).toMatch(
      / {3}sh \S+\/bundle\/start\.sh\n {3}POST \S+\/tensorrt_llm_\S+\/load\n/,
    );
    expect(dry.stdout.match(/start\.sh/g)).toHaveLength(1);
    here.box.setFaults({ [`${here.port}/tensorrt_llm_${second}`]: { kind: "out-of-memory" } });
    const failed = await launch(here);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      `${second} did not start: it was refused by its server (tensorrt_llm_${second}: `,
    );
    expect(failed.stderr).toContain("does not hold one sequence of full length");
    expect(failed.stderr).toContain(`${first} is stopped`);
    expect(here.box.usedMiB()).toBe(0);

    here.box.setFaults({
      [`${here.port}/tensorrt_llm_${second}`]: { kind: "more", extraMiB: 3000 },
    });
    const more = await launch(here, "--keep");
    expect(more.stderr).toMatch(new RegExp(`not as planned: ${second} took [\\d.]+ GiB`));
    here.box.setFaults({});
    expect((await here.run("stop", second)).stderr).toContain(`stopping ${second}`);
    const again = await launch(here, "--json");
    const { events } = JSON.parse(again.stdout) as {
      events: readonly { event: string; engine?: string; cards?: readonly { verdict: string }[] }[];
    };
    expect(again.code).toBe(0);
    expect(events.filter(({ event }) => event === "measured")).toMatchObject([
      { engine: second, cards: [{ verdict: "inside" }], departures: [] },
    ]);
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [
        { name: first, condition: "ready" },
        { name: second, condition: "ready" },
      ],
    });
    await here.run("stop");
    expect(here.box.usedMiB()).toBe(0);
  });

  test("over two cards is one process a card, each measured", async () => {
    const here = await sceneOf("wide");
    expect(here.plan.deployments).toMatchObject([{ tp: 2 }]);
    buildEngines(here);
    const ended = await launch(here, "--json");
    const { events } = JSON.parse(ended.stdout) as {
      events: readonly { event: string; cards?: readonly { verdict: string }[] }[];
    };
    expect(events.find(({ event }) => event === "measured")?.cards).toMatchObject([
      { gpu: "box:0", verdict: "inside" },
      { gpu: "box:1", verdict: "inside" },
    ]);
    expect(ended.code).toBe(0);
    await here.run("stop");
    expect(here.box.usedMiB()).toBe(0);
  });

  test("with workers that come with it starts all at once, and tells them apart by their ranks", async () => {
    const here = await sceneOf("apart");
    buildEngines(here);
    const mode = ["--triton-mode", "orchestrator-no-spawn"];
    const dry = await launch(here, ...mode, "--dry-run");
    expect(dry.code).toBe(0);
    expect(dry.stdout.match(/start\.sh/g)).toHaveLength(1);
    here.box.setFaults({ [`${here.port}/tensorrt_llm_slim`]: { kind: "out-of-memory" } });
    const failed = await launch(here, ...mode);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("triton did not start");
    expect(failed.stderr).toContain("does not hold one sequence of full length");
    expect(here.box.usedMiB()).toBe(0);

    const more = { kind: "more", extraMiB: 3000, term: "weights" };
    here.box.setFaults({ [`${here.port}/tensorrt_llm_slim`]: more });
    const large = await launch(here, ...mode);
    expect(large.code).toBe(1);
    const slim = here.plan.deployments.find(({ model }) => model === "slim");
    expect(large.stderr).toMatch(
      new RegExp(
        `triton says weights of [\\d.]+ GiB on ${slim?.gpus[0]}, and the plan has at most`,
      ),
    );
    expect(large.stderr.match(/not as planned: triton says weights/g)).toHaveLength(1);

    here.box.setFaults({});
    const ended = await launch(here, ...mode, "--json");
    const { events } = JSON.parse(ended.stdout) as {
      events: readonly { event: string; cards?: readonly { verdict: string }[] }[];
    };
    expect(events.filter(({ event }) => event === "measured")).toMatchObject([
      { cards: Array.from({ length: 3 }, () => ({ verdict: "inside" })), departures: [] },
    ]);
    expect(ended.code).toBe(0);
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [{ name: "triton", condition: "ready", gpus: { length: 3 } }],
    });
    expect((await launch(here, ...mode)).stderr).toContain("nothing to do");
    // another mode is other processes for the same models
    const apart = await launch(here, "--dry-run");
    expect(apart.stdout).toContain("first: stop triton: it can't become what the plan wants");
    expect(apart.stdout).toMatch(/1\. start wide .+\n {3}sh \S+start\.sh\n/);
    await here.run("stop");
    expect(here.box.usedMiB()).toBe(0);
  });
});
