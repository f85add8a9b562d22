// A plan handed to Kubernetes and to Slurm, on stand-ins of both that run its engines on the box without cards.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith, oneSentence } from "../cli/run-berth.ts";
import { BERTH_BIN } from "../support/berth-bin.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";
import { schemaProblems } from "../support/schema-problems.ts";

/** A card each: no two fit on one. */
const FLEET = `
hosts: [{ name: node1, gpus: [{ gpu: rtx-4090, count: 2 }] }]
engine: vllm
models:
  - { name: one, model: Qwen/Qwen2.5-7B-Instruct, quantization: bf16, tp: 1, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: two, model: mistralai/Mistral-7B-Instruct-v0.3, quantization: bf16, tp: 1, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`;

interface Scene {
  readonly box: FakeBox;
  readonly port: number;
  /** What a launch is told after its plan. */
  readonly words: readonly string[];
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  readonly launch: (...more: readonly string[]) => Promise<Ended>;
}

let folder = "";
let plan: PlanDocument;
/** In start order. */
let first = "";
let second = "";

beforeAll(async () => {
  folder = folderWith({ "fleet.yaml": FLEET });
  const planned = await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: folder });
  expect(planned.code).toBe(0);
  plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanDocument;
  writeFileSync(join(folder, "less.yaml"), FLEET.replace(/^ {2}- \{ name: two.*\n/m, ""));
  await berth(["plan", "less.yaml", "--out", "less.json"], { cwd: folder });
  [first = "", second = ""] = plan.deployments
    .toSorted((a, b) => a.startOrder - b.startOrder)
    .map(({ model }) => model);
});

const boxes: FakeBox[] = [];

afterEach(() => {
  for (const box of boxes.splice(0)) {
    for (const file of existsSync(join(box.folder, "held"))
      ? readdirSync(join(box.folder, "held"))
      : []) {
      end(Number(file.split(".")[0]));
    }
    box.remove();
  }
});

/** What a test left running in its own box. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}

async function scene(target: string): Promise<Scene> {
  const box = fakeBox(plan);
  boxes.push(box);
  const port = await freePorts();
  const env = box.environment;
  const words = ["--target", target, "--first-port", String(port)];
  box.setTools({ kube: { firstPort: port } });
  const run = (...args: readonly string[]): Promise<Ended> => berth(args, { cwd: folder, env });
  return {
    box,
    port,
    words,
    run,
    launch: (...more) => run("launch", "plan.json", ...words, ...more),
  };
}

/** The names of what the box's cluster has. */
function objectsOf({ folder: of }: FakeBox): readonly string[] {
  return Object.keys(JSON.parse(readFileSync(join(of, "kube", "objects.json"), "utf8")));
}

/** A launch in a process group of its own, as a terminal starts it, once it has said this. */
async function launchUntil(said: string, { box, words }: Scene): Promise<ChildProcess> {
  const child = spawn(process.execPath, [BERTH_BIN, "launch", "plan.json", ...words], {
    cwd: folder,
    env: { ...process.env, ...box.environment },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(said)) {
        resolve();
      }
    });
    child.on("close", () => reject(new Error(text)));
  });
  return child;
}

describe.each(["kubernetes", "slurm"])("a launch on %s", (target) => {
  test("that is killed is known, and taken up by the next", async () => {
    const here = await scene(target);
    const { box, port, run, launch } = here;
    box.setFaults({ [port + 1]: { kind: "slow", delayMs: 2500 } });
    const killed = await launchUntil(`starting ${second}`, here);
    killed.kill("SIGKILL");
    const status = await run("status", "--json");
    expect(schemaProblems("status", JSON.parse(status.stdout))).toEqual([]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      engines: [],
      parts: [
        { name: first, target, condition: "ready" },
        // pods load side by side, jobs do not
        { name: second, target, condition: expect.stringMatching(/^(starting|ready)$/) },
      ],
    });
    const resumed = await launch();
    expect(resumed.stderr).toContain(`running as planned: ${first}, ${second}`);
    expect([resumed.code, box.usedMiB() > 0]).toEqual([0, true]);
    const seen = await run("status");
    expect(seen.stdout).toMatch(new RegExp(`^ *${second} +ready +node1:\\d +${target}`, "m"));
    const stopped = await run("stop", "--json");
    expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: [second, first] });
    expect(box.usedMiB()).toBe(0);
    expect((await run("status")).stderr).toContain("nothing runs that berth started");
  });

  test("takes back all that it made on Ctrl-C", async () => {
    const here = await scene(target);
    here.box.setFaults({ [here.port + 1]: { kind: "hang" } });
    const child = await launchUntil(`starting ${second}`, here);
    const code = new Promise((resolve) => {
      child.on("close", resolve);
    });
    // to all of the group, the tools that it waits for too
    process.kill(-(child.pid ?? 0), "SIGINT");
    expect(await code).toBe(1);
    expect(here.box.usedMiB()).toBe(0);
    const status = await here.run("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject({ engines: [], parts: [] });
  });
});

describe("launch --target kubernetes", () => {
  test("applies the bundle, waits for every workload in order, and leaves alone what is as planned", async () => {
    const { box, port, launch, run, words } = await scene("kubernetes");
    const ended = await launch("--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const { events } = JSON.parse(ended.stdout) as {
      events: readonly { event: string; engine?: string; departures?: readonly string[] }[];
    };
    expect(events.filter(({ event }) => event === "ready").map(({ engine }) => engine)).toEqual([
      first,
      second,
    ]);
    expect(events.filter(({ event }) => event === "measured")).toMatchObject([
      { departures: [] },
      { departures: [] },
    ]);
    const again = await launch();
    expect(again.stderr).toContain(`running as planned: ${first}, ${second}`);
    expect(again.code).toBe(0);
    box.setTools({ kube: { firstPort: port, context: "other" } });
    const elsewhere = await run("stop");
    expect([elsewhere.code, oneSentence(elsewhere)]).toEqual([
      2,
      expect.stringMatching(/^kubectl is set to other\/default .* is in box\/default: /),
    ]);
    box.setTools({ kube: { firstPort: port } });
    const less = await run("launch", "less.json", ...words);
    expect(less.stderr).toContain("deployment.apps/two is stopped");
    expect(less.stderr).not.toContain("/one is stopped");
    expect(objectsOf(box).filter((name) => name.endsWith("/two"))).toEqual([]);
    const stopped = await run("stop", "one", "--json");
    expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: ["one"] });
    await run("stop");
    expect(objectsOf(box)).toEqual([]);
  });

  test("names a pod that fails with its log, and deletes what it created", async () => {
    const { box, port, launch } = await scene("kubernetes");
    box.setFaults({ [port + 1]: { kind: "out-of-memory" } });
    const ended = await launch();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      new RegExp(`${second} did not start: it exited with 1 in container engine of pod ${second}-`),
    );
    expect(ended.stderr).toContain("that means: ");
    expect(ended.stderr).toContain(`deployment.apps/${first} is stopped`);
    expect(box.usedMiB()).toBe(0);
    expect(objectsOf(box)).toEqual([]);
  });

  test("says why pods are not ready in time, and keeps them with --keep", async () => {
    const { box, port, launch } = await scene("kubernetes");
    box.setTools({ kube: { firstPort: port, isUnschedulable: true } });
    const ended = await launch("--timeout", "1", "--keep");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/was not ready after 1 s \(.*Insufficient nvidia.com\/gpu/);
    expect(objectsOf(box)).toContain(`deployment.apps/${second}`);
  });

  test("says in one sentence what kubectl refuses, and prints every command with --dry-run", async () => {
    const { box, port, launch } = await scene("kubernetes");
    const dry = await launch("--dry-run");
    expect(dry.stdout).toMatch(
      /^first: kubectl apply -k \S+\/kubernetes\/bundle --dry-run=server\nfirst: kubectl apply -k \S+\n1\. /,
    );
    expect(dry.stdout).toMatch(/unless --keep: kubectl delete OBJECTS /);
    box.setTools({ kube: { firstPort: port, unknownKinds: ["Deployment"] } });
    const refused = await launch();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(
      /^berth: asking the cluster: kubectl exited with 1: error: [^\n]*no matches for kind "Deployment"[^\n]*\n$/,
    );
    expect(existsSync(join(box.folder, "kube"))).toBe(false);
  });
});

describe("launch --target slurm", () => {
  test("submits one job after the other, waits for its servers, and leaves alone what is as planned", async () => {
    const { box, launch } = await scene("slurm");
    const ended = await launch("--sbatch=--mem=64G", "--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const { events } = JSON.parse(ended.stdout) as {
      events: readonly { event: string; engine?: string; departures?: readonly string[] }[];
    };
    expect(events.filter(({ event }) => event === "ready").map(({ engine }) => engine)).toEqual([
      first,
      second,
    ]);
    expect(events.filter(({ event }) => event === "measured")).toMatchObject([
      { departures: [] },
      { departures: [] },
    ]);
    const job = JSON.parse(readFileSync(join(box.folder, "slurm", "1.json"), "utf8")) as object;
    expect(job).toMatchObject({ name: `berth-${first}`, options: { mem: "64G" } });
    const again = await launch("--sbatch=--mem=64G");
    expect(again.stderr).toContain(`running as planned: ${first}, ${second}`);
    expect(again.code).toBe(0);
  });

  test("names a job that fails with its log, and cancels what it submitted", async () => {
    const { box, port, launch } = await scene("slurm");
    box.setFaults({ [port + 1]: { kind: "out-of-memory" } });
    const ended = await launch();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      `${second} did not start: it ended as a job (FAILED, exit code 1)`,
    );
    expect(ended.stderr).toContain("that means: ");
    expect(ended.stderr).toContain(`${first} (job 1) is stopped`);
    expect(box.usedMiB()).toBe(0);
  });

  test("says why a job waits, what sbatch refuses, and every command", async () => {
    const { box, launch } = await scene("slurm");
    box.setTools({ slurm: { isFull: true } });
    const late = await launch("--timeout", "1");
    expect(late.stderr).toContain(
      `${first} did not start: it was not ready after 1 s (PENDING (Resources))`,
    );
    expect(late.stderr).toContain(`${first} (job 1) is stopped`);
    box.setTools({
      slurm: { refuses: "Invalid account or account/partition combination specified" },
    });
    const refused = await launch();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(
      `submitting ${first}: sbatch exited with 1: sbatch: error: Batch job submission failed: Invalid account`,
    );
    const dry = await launch("--dry-run", "--sbatch=--mem=64G");
    expect(dry.stdout).toMatch(
      /^ {3}sbatch --parsable --comment=berth-[0-9a-f]{16} --mem=64G job\.sh \(in \S+\)$/m,
    );
    expect(dry.stdout).toContain("where one fails, unless --keep: scancel JOB");
  });
});
