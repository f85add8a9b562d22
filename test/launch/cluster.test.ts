// A plan handed to Kubernetes and to Slurm, on stand-ins of both that run its engines on the box without cards.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith } from "../cli/run-berth.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

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
  const words = ["launch", "plan.json", "--target", target, "--first-port", String(port)];
  box.setTools({ kube: { firstPort: port } });
  return { box, port, launch: (...more) => berth([...words, ...more], { cwd: folder, env }) };
}

describe("launch --target kubernetes", () => {
  test("applies the bundle, waits for every workload in order, and leaves alone what is as planned", async () => {
    const { launch } = await scene("kubernetes");
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
    const objects = readFileSync(join(box.folder, "kube", "objects.json"), "utf8");
    expect(JSON.parse(objects)).toEqual({});
  });

  test("says why pods are not ready in time, and keeps them with --keep", async () => {
    const { box, port, launch } = await scene("kubernetes");
    box.setTools({ kube: { firstPort: port, isUnschedulable: true } });
    const ended = await launch("--timeout", "1", "--keep");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/was not ready after 1 s \(.*Insufficient nvidia.com\/gpu/);
    const objects = readFileSync(join(box.folder, "kube", "objects.json"), "utf8");
    expect(Object.keys(JSON.parse(objects))).toContain(`deployment.apps/${second}`);
  });

  test("says in one sentence what kubectl refuses, and prints every command with --dry-run", async () => {
    const { box, port, launch } = await scene("kubernetes");
    const dry = await launch("--dry-run");
    expect(dry.stdout).toMatch(
      /^first: kubectl apply -k \S+\/kubernetes\/bundle --dry-run=server\nfirst: kubectl apply -k \S+\n1\. /,
    );
    expect(dry.stdout).toMatch(/unless --keep: kubectl delete -k \S+/);
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
