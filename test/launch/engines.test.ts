// Four engines on one card, each on a port of its own.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith } from "../cli/run-berth.ts";
import { boxSource, type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

const FLEET = `
inventory: one-4090.xml
models:
  - { name: trt, model: Qwen/Qwen2.5-0.5B-Instruct, engine: tensorrt-llm, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: vl, model: Qwen/Qwen2.5-1.5B-Instruct, engine: vllm, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: sg, model: Qwen/Qwen2.5-Coder-1.5B-Instruct, engine: sglang, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
  - { name: ll, model: meta-llama/Llama-3.2-1B-Instruct, engine: llama.cpp, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`;

interface Event {
  readonly event: string;
  readonly engine?: string;
  readonly reason?: string;
  readonly findings?: readonly string[];
  readonly cards?: readonly { readonly verdict: string }[];
  readonly departures?: readonly string[];
}

let folder = "";
let plan: PlanDocument;
let box: FakeBox;
let firstPort = 0;

beforeAll(async () => {
  const inventory = readFileSync("examples/inventory/one-4090.xml", "utf8");
  folder = folderWith({ "fleet.yaml": FLEET, "one-4090.xml": inventory });
  const planned = await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: folder });
  expect(planned.code).toBe(0);
  plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanDocument;
  box = fakeBox(plan);
  firstPort = await freePorts();
});

afterAll(async () => {
  await run("stop");
  box.remove();
});

function run(...args: readonly string[]): Promise<Ended> {
  const ll = plan.deployments.find(({ model }) => model === "ll");
  return runWith({ MODEL_PATH_LL: ll === undefined ? "" : boxSource(ll) }, ...args);
}

function runWith(
  files: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  return berth(args, { cwd: folder, env: { ...box.environment, ...files } });
}

async function launch(): Promise<{
  readonly code: number | null;
  readonly events: readonly Event[];
}> {
  const ended = await run(
    "launch",
    "plan.json",
    "--keep",
    "--json",
    "--first-port",
    String(firstPort),
  );
  return { code: ended.code, ...(JSON.parse(ended.stdout) as { events: readonly Event[] }) };
}

/** Where the target of each engine has its first port. */
async function portOf(name: string): Promise<number> {
  const { stdout } = await run(
    "launch",
    "plan.json",
    "--dry-run",
    "--first-port",
    String(firstPort),
  );
  const step = stdout.split(/^\d+\. /m).find((text) => text.startsWith(`start ${name} `));
  return Number(/127\.0\.0\.1:(\d+)/.exec(step ?? "")?.[1]);
}

function engines(events: readonly Event[], event: string): readonly (string | undefined)[] {
  return events.filter((one) => one.event === event).map(({ engine }) => engine);
}

test.each([
  { flags: [] },
  { flags: ["--dry-run"] },
  { flags: ["--target", "compose", "--dry-run"] },
])(
  "a variable that a start needs is asked for before anything is started: launch $flags",
  async ({ flags }: { readonly flags: readonly string[] }) => {
    const { code, stdout, stderr } = await runWith({}, "launch", "plan.json", ...flags);
    expect(stderr).toMatch(/^berth: not started: set MODEL_PATH_LL to a GGUF file .+\n$/);
    expect(code).toBe(1);
    expect(stdout.includes("start ll on")).toBe(flags.includes("--dry-run"));
    expect(box.usedMiB()).toBe(0);
  },
);

describe("a plan of four engines on one card", () => {
  /** In start order: what the engine before left running stays. */
  const words: Readonly<Record<string, string>> = {
    trt: "Executor creation failed due to insufficient GPU memory",
    ll: "cudaMalloc failed: out of memory",
    sg: "--mem-fraction-static",
    vl: "No available memory for the cache blocks",
  };

  test("each that fails is named in its own words, and each that starts is inside its bounds", async () => {
    const names = plan.deployments.map(({ model }) => model);
    expect([...names].sort()).toEqual(Object.keys(words).sort());
    const ports = await Promise.all(names.map(portOf));
    expect(new Set(ports).size).toBe(names.length);
    for (const [at, name] of names.entries()) {
      box.setFaults({ [ports[at] ?? 0]: { kind: "out-of-memory" } });
      const { code, events } = await launch();
      expect(code).toBe(1);
      expect(engines(events, "ready")).toEqual(names.slice(Math.max(0, at - 1), at));
      const failed = events.find(({ event }) => event === "failed");
      expect(failed?.engine).toBe(name);
      expect(failed?.findings?.join("\n")).toContain(words[name]);
      expect(failed?.findings?.join("\n")).toContain("that means: ");
    }
    box.setFaults({});
    const last = await launch();
    expect(last.code).toBe(0);
    expect(engines(last.events, "ready")).toEqual(names.slice(-1));
    const status = await run("status", "--json");
    const { engines: rows } = JSON.parse(status.stdout) as {
      engines: readonly { name: string; condition: string }[];
    };
    expect(rows.map(({ name, condition }) => [name, condition])).toEqual(
      names.map((name) => [name, "ready"]),
    );
    // what runs asks for nothing any more
    const again = await runWith({}, "launch", "plan.json", "--first-port", String(firstPort));
    expect(again.stderr).toContain("nothing to do");
  });
});

/** The start of one stand-in by hand. */
async function started(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(command, args, { env: { ...process.env, ...box.environment } });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { code, text };
}

describe("a card that somebody else holds", () => {
  test("makes vLLM refuse its share of the whole card, and SGLang's share of the rest too small", async () => {
    const vl = plan.deployments.find(({ model }) => model === "vl");
    const sg = plan.deployments.find(({ model }) => model === "sg");
    box.putHolder(process.pid, "train.py", 4000);
    const share = ["serve", vl?.source ?? "", "--max-model-len", "2048"];
    const refused = await started("vllm", [...share, "--gpu-memory-utilization", "0.9"]);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain("is less than desired GPU memory utilization");
    const small = await started("python3", [
      "-m",
      "sglang.launch_server",
      "--model-path",
      sg?.source ?? "",
      "--mem-fraction-static",
      "0.1",
    ]);
    expect(small.code).toBe(1);
    expect(small.text).toContain("Please try to increase --mem-fraction-static");
  });
});
