// Services of a Compose project, on the box without cards.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith } from "../cli/run-berth.ts";
import { BERTH_BIN } from "../support/berth-bin.ts";
import { boxSource, type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

/** Two engines on one card; the second one's file has to be made first. */
const FLEET = `
inventory: one-4090.xml
models:
  - { name: trt, model: Qwen/Qwen2.5-1.5B-Instruct, engine: tensorrt-llm, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: ll, model: meta-llama/Llama-3.2-1B-Instruct, engine: llama.cpp, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`;

interface Scene {
  readonly box: FakeBox;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ports: { readonly first: number; readonly second: number };
  readonly run: (...args: readonly string[]) => Promise<Ended>;
}

let folder = "";
let plan: PlanDocument;
/** In start order. */
let first = "";
let second = "";

beforeAll(async () => {
  const inventory = readFileSync("examples/inventory/one-4090.xml", "utf8");
  folder = folderWith({ "fleet.yaml": FLEET, "one-4090.xml": inventory });
  const planned = await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: folder });
  expect(planned.code).toBe(0);
  plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanDocument;
  [first = "", second = ""] = plan.deployments
    .toSorted((a, b) => a.startOrder - b.startOrder)
    .map(({ model }) => model);
});

const scenes: Scene[] = [];

afterEach(async () => {
  for (const { run, box } of scenes.splice(0)) {
    await run("stop");
    expect(box.usedMiB()).toBe(0);
    box.remove();
  }
});

async function scene(): Promise<Scene> {
  const box = fakeBox(plan);
  const ll = plan.deployments.find(({ model }) => model === "ll");
  const env = { ...box.environment, MODEL_PATH_LL: ll === undefined ? "" : boxSource(ll) };
  const port = await freePorts();
  const here: Scene = {
    box,
    folder,
    env,
    ports: { first: port, second: port + 1 },
    run: (...args) => berth(args, { cwd: folder, env }),
  };
  scenes.push(here);
  return here;
}

function launchWords({ ports }: Scene, ...more: readonly string[]): readonly string[] {
  return ["launch", "plan.json", "--target", "compose", "--first-port", `${ports.first}`, ...more];
}

function launch(here: Scene, ...more: readonly string[]): Promise<Ended> {
  return here.run(...launchWords(here, ...more));
}

function docker({ env }: Scene, ...words: readonly string[]): string {
  return spawnSync("docker", words, { env: { ...process.env, ...env }, encoding: "utf8" }).stdout;
}

function containers(here: Scene): readonly string[] {
  const ids = docker(
    here,
    "ps",
    "--all",
    "--quiet",
    "--no-trunc",
    "--filter",
    "label=com.docker.compose.project",
  );
  return ids.split("\n").filter((id) => id !== "");
}

describe("launch --target compose", () => {
  test("starts each service in order, leaves it alone the second time, and stops all", async () => {
    const here = await scene();
    const ended = await launch(here, "--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const { events } = JSON.parse(ended.stdout) as {
      events: readonly { event: string; engine?: string; cards?: readonly { verdict: string }[] }[];
    };
    expect(events.filter(({ event }) => event === "ready").map(({ engine }) => engine)).toEqual([
      first,
      second,
    ]);
    expect(events.filter(({ event }) => event === "measured")).toMatchObject([
      { cards: [{ verdict: "inside" }], departures: [] },
      { cards: [{ verdict: "inside" }], departures: [] },
    ]);
    const again = await launch(here);
    expect(again.stderr).toContain(`running as planned: ${first}, ${second}`);
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [{ condition: "ready" }, { condition: "ready" }],
    });
    const stopped = await here.run("stop", "--json");
    expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: [second, first] });
    expect(containers(here)).toEqual([]);
  });

  test("names what a container died of, and takes away only what it started", async () => {
    const here = await scene();
    here.box.setFaults({ [here.ports.second]: { kind: "out-of-memory" } });
    const ended = await launch(here);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${second} did not start: it exited with 1 before it was ready`);
    expect(ended.stderr).toContain("that means: ");
    expect(ended.stderr).toContain(`${first} is stopped`);
    here.box.setFaults({ [here.ports.first]: { kind: "killed" } });
    const killed = await launch(here);
    expect(killed.stderr).toContain(`${first} did not start: it was ended by SIGKILL`);
    expect(containers(here)).toEqual([]);
  });

  test("keeps what runs with --keep, and goes on beside a container that ended", async () => {
    const here = await scene();
    here.box.setFaults({ [here.ports.second]: { kind: "hang" } });
    const late = await launch(here, "--keep", "--timeout", "3");
    expect(late.stderr).toContain(`${second} did not start: it was not ready after 3 s`);
    here.box.setFaults({ [here.ports.second]: { kind: "more", extraMiB: 2500 } });
    const more = await launch(here);
    expect(more.stderr).toContain(`running as planned: ${first}`);
    expect(more.stderr).toContain(`not as planned: ${second} took`);
    expect(more.code).toBe(1);
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({ engines: [{ name: first }] });
  });

  test("tells its containers' memory from that of others who come", async () => {
    const here = await scene();
    here.box.setFaults({ [here.ports.first]: { kind: "slow", delayMs: 2500 } });
    const squatter = spawn("sleep", ["60"]);
    try {
      const launched = launch(here);
      while (here.box.usedMiB() === 0) {
        await sleep(50);
      }
      here.box.putHolder(squatter.pid ?? 0, "train.py", 300);
      const ended = await launched;
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(
        `not as planned: train.py (process ${squatter.pid}) came to one-4090:0 while ${first} was starting`,
      );
      expect(ended.stderr.match(/ came to /g)).toHaveLength(1);
    } finally {
      squatter.kill();
    }
  });

  test("finds its containers again after it was killed", async () => {
    const here = await scene();
    here.box.setFaults({ [here.ports.second]: { kind: "hang" } });
    const child = spawn(process.execPath, [BERTH_BIN, ...launchWords(here)], {
      cwd: folder,
      env: { ...process.env, ...here.env },
      stdio: "ignore",
    });
    while (containers(here).length < 2) {
      await sleep(100);
    }
    child.kill("SIGKILL");
    here.box.setFaults({});
    const again = await launch(here);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain(`running as planned: ${first}`);
    expect(again.stderr).toContain(`${second} is ready`);
  });

  test("leaves a container alone that somebody else started for the service", async () => {
    const here = await scene();
    await launch(here, "--dry-run");
    await berth(["render", "plan.json", "--target", "compose", "--out", "mine", "--force"], {
      cwd: folder,
    });
    const file = join(folder, "mine", "compose.yaml");
    docker(here, "compose", "--file", file, "up", "--detach", "--no-deps", first);
    const ended = await launch(here);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("has a container that was not started from here (berth-");
    const [id = ""] = containers(here);
    docker(here, "rm", "--force", id);
  });

  test("says in one sentence what is missing before it asks docker for anything", async () => {
    const here = await scene();
    const unset = await berth(launchWords(here), {
      cwd: folder,
      env: { ...here.env, MODEL_PATH_LL: "" },
    });
    expect(unset.code).toBe(1);
    expect(unset.stderr).toMatch(/^berth: not started: set MODEL_PATH_LL to .+\n$/);
  });

  test("says in one sentence what docker refuses, and ends with 3", async () => {
    const here = await scene();
    here.box.setTools({ docker: { isDown: true } });
    const down = await launch(here);
    expect(down.code).toBe(3);
    expect(down.stderr).toMatch(/^berth: .*Is the docker daemon running\?\n$/m);
    here.box.setTools({ docker: {} });
    const programs = join(folder, "without-docker");
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, "nvidia-smi"), "#!/bin/sh\n");
    chmodSync(join(programs, "nvidia-smi"), 0o755);
    symlinkSync(process.execPath, join(programs, "node"));
    const missing = await berth(launchWords(here), {
      cwd: folder,
      env: { ...here.env, PATH: programs },
    });
    expect(missing).toMatchObject({ code: 3 });
    expect(missing.stderr).toContain("there is no docker on the PATH");
    expect(delimiter).toBe(":");
  });

  test("prints every command with --dry-run, and starts nothing", async () => {
    const here = await scene();
    const { stdout } = await launch(here, "--dry-run");
    expect(stdout).toMatch(
      /^first: docker compose --file \S+\/bundle\/compose\.yaml config --quiet\n1\. start /,
    );
    for (const name of [first, second]) {
      expect(stdout).toMatch(
        new RegExp(
          `^ {3}docker compose --file \\S+/bundle/compose.yaml --file \\S+/compose/${name}.json up --detach --no-deps --quiet-pull ${name}$`,
          "m",
        ),
      );
    }
    expect(containers(here)).toEqual([]);
  });
});
