import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith } from "../cli/run-berth.ts";
import { BERTH_BIN } from "../support/berth-bin.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";
import { schemaProblems } from "../support/schema-problems.ts";

/** Three models of unlike size that fill one card. */
const FLEET = `
inventory: one-4090.xml
engine: tensorrt-llm
models:
  - { name: big, model: meta-llama/Llama-3.2-3B-Instruct, maxSeqLen: 4k, concurrency: { least: 1, want: 8 } }
  - { name: middle, model: Qwen/Qwen2.5-1.5B-Instruct, maxSeqLen: 4k, concurrency: { least: 1, want: 8 } }
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 4k, concurrency: { least: 1, want: 8 } }
`;

interface Scene {
  readonly box: FakeBox;
  readonly plan: PlanDocument;
  readonly folder: string;
  readonly port: number;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
}

const scenes: Scene[] = [];

afterEach(async () => {
  for (const scene of scenes.splice(0)) {
    await scene.run("stop");
    scene.box.remove();
  }
});

/** Planned once: the fleet file, its inventory and the plan. */
let made: Readonly<Record<string, string>>;

beforeAll(async () => {
  const inventory = readFileSync("examples/inventory/one-4090.xml", "utf8");
  const files = { "fleet.yaml": FLEET, "one-4090.xml": inventory };
  const folder = folderWith(files);
  const planned = await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: folder });
  expect(planned.code).toBe(0);
  made = { ...files, "plan.json": readFileSync(join(folder, "plan.json"), "utf8") };
});

async function scene(): Promise<Scene> {
  const folder = folderWith(made);
  const plan = JSON.parse(made["plan.json"] ?? "") as PlanDocument;
  const box = fakeBox(plan);
  const env = box.environment;
  const here = {
    box,
    plan,
    folder,
    port: await freePorts(),
    run: (...args: readonly string[]) => berth(args, { cwd: folder, env }),
  };
  scenes.push(here);
  return here;
}

function launch({ run, port }: Scene, ...more: readonly string[]): Promise<Ended> {
  return run("launch", "plan.json", "--first-port", String(port), ...more);
}

describe("launch", () => {
  test("starts every engine in order, leaves it alone the second time, and stops all", async () => {
    const here = await scene();
    const first = await launch(here, "--json");
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout) as { events: { event: string; engine?: string }[] };
    const { events } = report;
    expect(schemaProblems("launch-report", report)).toEqual([]);
    expect(events.filter(({ event }) => event === "ready").map(({ engine }) => engine)).toEqual(
      here.plan.deployments.map(({ model }) => model),
    );
    expect(events.filter(({ event }) => event === "measured")).toHaveLength(3);
    const used = here.box.usedMiB();
    expect(used).toBeGreaterThan(10_000);

    const second = await launch(here);
    expect(second.stderr).toContain("running as planned: big, middle, small");
    expect(second.code).toBe(0);
    expect(here.box.usedMiB()).toBe(used);

    const status = await here.run("status", "--json");
    expect(schemaProblems("status", JSON.parse(status.stdout))).toEqual([]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [{ condition: "ready" }, { condition: "ready" }, { condition: "ready" }],
    });
    const stopped = await here.run("stop", "--json");
    expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: ["small", "middle", "big"] });
    expect(schemaProblems("stop", JSON.parse(stopped.stdout))).toEqual([]);
    expect(here.box.usedMiB()).toBe(0);
  });

  test.each([
    ["exit", "it exited with 1 before it was ready"],
    ["out-of-memory", "KV cache"],
    ["cublas", "cuBLAS"],
    ["no-peer-to-peer", "peer"],
    ["wrong-capability", "compute capability"],
    ["killed", "SIGKILL"],
  ])("names a second engine's %s and stops the first", async (kind, words) => {
    const here = await scene();
    here.box.setFaults({ [here.port + 1]: { kind } });
    const ended = await launch(here);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("middle did not start");
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).toContain("stopping big");
    expect(ended.stderr).not.toContain("starting small");
    expect(here.box.usedMiB()).toBe(0);
  });

  test("keeps what runs with --keep, and goes on from there", async () => {
    const here = await scene();
    here.box.setFaults({ [here.port + 2]: { kind: "exit" } });
    expect((await launch(here, "--keep")).code).toBe(1);
    here.box.setFaults({});
    const again = await launch(here);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("running as planned: big, middle");
    expect(again.stderr).toContain("starting small");
  });

  test("gives an engine up that does not answer in time", async () => {
    const here = await scene();
    here.box.setFaults({ [here.port]: { kind: "hang" } });
    const ended = await launch(here, "--timeout", "2", "--events");
    const events = ended.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly event: string });
    expect(events.flatMap((event) => schemaProblems("launch-event", event))).toEqual([]);
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(["order", "loading"]));
    expect(events).toContainEqual(
      expect.objectContaining({ event: "failed", reason: "it was not ready after 2 s" }),
    );
    expect(ended.code).toBe(1);
    expect(here.box.usedMiB()).toBe(0);
  });

  test("stops where an engine takes more than planned, and goes on when told to", async () => {
    const here = await scene();
    here.box.setFaults({ [here.port + 2]: { kind: "more", extraMiB: 2500 } });
    const stopped = await launch(here);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(
      /not as planned: small took [\d.]+ GiB of one-4090:0, and the plan has at most/,
    );
    expect(here.box.usedMiB()).toBe(0);
    const went = await launch(here, "--on-departure", "continue");
    expect(went.code).toBe(0);
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [{ condition: "ready" }, { condition: "ready" }, { condition: "departed" }],
    });
  });

  test("does not start where somebody holds the memory, and says who", async () => {
    const here = await scene();
    const squatter = spawn("sleep", ["60"]);
    try {
      here.box.putHolder(squatter.pid ?? 0, "train.py", 9000);
      const ended = await launch(here);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain("big did not start: one-4090:0 has");
      expect(ended.stderr).toContain(`train.py (process ${squatter.pid}) holds 8.79 GiB`);
    } finally {
      squatter.kill();
    }
  });

  test("notices who comes to a card while an engine starts", async () => {
    const here = await scene();
    here.box.setFaults({ [here.port]: { kind: "slow", delayMs: 1500 } });
    const squatter = spawn("sleep", ["60"]);
    try {
      const launched = launch(here);
      await until(async () => here.box.usedMiB() > 0);
      here.box.putHolder(squatter.pid ?? 0, "another-engine", 300);
      const ended = await launched;
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(
        `another-engine (process ${squatter.pid}) came to one-4090:0 while big was starting`,
      );
    } finally {
      squatter.kill();
    }
  });

  test("finds again what it started when it was killed, and starts what was not ready once more", async () => {
    const here = await scene();
    here.box.setFaults({ [here.port + 1]: { kind: "hang" } });
    const killed = spawn(process.execPath, berthArgs(here), {
      cwd: here.folder,
      env: { ...process.env, ...here.box.environment },
    });
    const text = { err: "" };
    killed.stderr.on("data", (chunk: Buffer) => {
      text.err += chunk.toString();
    });
    await until(async () => text.err.includes("starting middle"));
    killed.kill("SIGKILL");
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [
        { name: "big", condition: "ready" },
        { name: "middle", condition: "starting" },
      ],
    });
    here.box.setFaults({});
    const again = await launch(here);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("running as planned: big");
    expect(again.stderr).toContain("middle is stopped");
    expect(again.stderr).toContain("middle is ready");
  });

  test("stops cleanly on Ctrl-C, and lets no second launcher in meanwhile", async () => {
    const here = await scene();
    here.box.setFaults({ [here.port + 1]: { kind: "hang" } });
    const child = spawn(process.execPath, berthArgs(here), {
      cwd: here.folder,
      env: { ...process.env, ...here.box.environment },
    });
    const text = { err: "" };
    child.stderr.on("data", (chunk: Buffer) => {
      text.err += chunk.toString();
    });
    await until(async () => text.err.includes("starting middle"));
    const second = await launch(here);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`another berth (process ${child.pid})`);
    child.kill("SIGINT");
    const code = await new Promise((resolve) => {
      child.on("close", resolve);
    });
    expect(code).toBe(1);
    expect(text.err).toContain("stopping big");
    expect(here.box.usedMiB()).toBe(0);
  });

  test("prints every command with --dry-run, and starts nothing", async () => {
    const here = await scene();
    const ended = await launch(here, "--dry-run");
    expect(ended.stdout).toContain("1. start big on one-4090:0: it is new");
    expect(ended.stdout).toMatch(/ {3}sh .*\/bundle\/start\/big\.sh/);
    expect(here.box.usedMiB()).toBe(0);
  });

  test("writes and starts nothing of a target that something else keeps running", async () => {
    const here = await scene();
    const ended = await launch(here, "--target", "systemd");
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(
      /^berth: not started: [^\n]+ then run install\.sh in DIR and systemctl enable --now berth\.target\n$/,
    );
    expect(existsSync(join(here.folder, "state"))).toBe(false);
    expect(existsSync(join(here.box.folder, "state"))).toBe(false);
  });

  test("restarts only what a new plan changes", async () => {
    const here = await scene();
    expect((await launch(here)).code).toBe(0);
    const fleet = readFileSync(join(here.folder, "fleet.yaml"), "utf8");
    writeFileSync(join(here.folder, "fleet.yaml"), fleet.replace(/ {2}- \{ name: small.*\n/, ""));
    const planned = await here.run(
      "plan",
      "fleet.yaml",
      "--from",
      "plan.json",
      "--move-cost",
      "never",
      "--out",
      "plan.json",
    );
    expect(planned.code).toBe(0);
    const ended = await launch(here);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("running as planned: big, middle");
    expect(ended.stderr).toContain("small is stopped");
    expect(ended.stderr).not.toContain("starting");
  });
});

function berthArgs({ port }: Scene): readonly string[] {
  return [BERTH_BIN, "launch", "plan.json", "--first-port", String(port)];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await sleep(100);
  }
}
