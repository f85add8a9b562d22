// berth watch on the box without cards.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith, oneSentence } from "../cli/run-berth.ts";
import { BERTH_BIN } from "../support/berth-bin.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

const FLEET = `
inventory: one-4090.xml
models:
  - { name: small, model: Qwen/Qwen2.5-0.5B-Instruct, engine: vllm, maxSeqLen: 2k, concurrency: { least: 1, want: 4 } }
`;

let folder = "";
let plan: PlanDocument;
let box: FakeBox;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const inventory = readFileSync("examples/inventory/one-4090.xml", "utf8");
  folder = folderWith({ "fleet.yaml": FLEET, "one-4090.xml": inventory });
  expect((await run("plan", "fleet.yaml", "--out", "plan.json")).code).toBe(0);
  plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanDocument;
  box = fakeBox(plan);
  return () => box.remove();
});

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
  }
  box.setFaults({});
});

function run(...args: readonly string[]): Promise<Ended> {
  return berth(args, { cwd: folder, env: box?.environment ?? {} });
}

/** A watch that goes on, and what it says. */
function watching(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  readonly ended: Promise<number | null>;
} {
  const child = spawn(
    process.execPath,
    [BERTH_BIN, "watch", "plan.json", "--interval", "1", ...args],
    {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", ...box.environment },
    },
  );
  children.push(child);
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { child, said, ended };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await sleep(100);
  }
}

function get(
  port: number,
  path: string,
  host = `127.0.0.1:${port}`,
): Promise<readonly [number, string]> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve([response.statusCode ?? 0, text]));
    })
      .on("error", reject)
      .end();
  });
}

describe("once", () => {
  test("the engines that were launched here hold what is planned, each by name; a stranger is an alarm", async () => {
    const port = await freePorts();
    expect((await run("launch", "plan.json", "--first-port", String(port))).code).toBe(0);
    try {
      const well = await run("watch", "plan.json", "--once", "--json");
      expect(well.code).toBe(0);
      const { kv, tokensPerBlock = 0 } = plan.deployments[0] ?? {};
      const tokens = kv?.tokens ?? 0;
      // vLLM counts its null block among what it has
      const held = tokens + tokensPerBlock;
      expect(JSON.parse(well.stdout)).toMatchObject({
        schema: "berth/watch@1",
        holds: true,
        gpus: [{ shares: [{ engines: ["small"], processes: 1 }], othersBytes: 0 }],
        engines: [{ name: "small", kvPlannedTokens: tokens, kvTokens: held, kvUsedTokens: 0 }],
      });
      box.putHolder(process.pid, "train.py", 9000);
      const filled = await run("watch", "plan.json", "--once");
      expect(filled.code).toBe(1);
      expect(filled.stdout).toMatch(/alarm {2}one-4090:0 holds [\d.]+ GiB, [\d.]+ GiB more than/);
      expect(filled.stdout).toContain("alarm  one-4090:0: others hold 8.79 GiB");
      expect(filled.stdout).toMatch(/others +0\.00 +8\.79/);
    } finally {
      box.putHolder(process.pid, "train.py", 0);
      await run("stop");
    }
  });

  test("what can't be asked is a failure of a tool, and what makes no sense one of usage", async () => {
    box.setFaults({ "nvidia-smi": { kind: "exit" } });
    const failed = await run("watch", "plan.json", "--once");
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain(
      "local does not say: local inventory: nvidia-smi exited with 18",
    );
    for (const args of [
      ["--listen", "0.0.0.0:9410"],
      ["--once", "--listen", "127.0.0.1:9410"],
      ["--inventory", "ssh://-oProxyCommand=x"],
      ["--metrics", "file:///etc/passwd"],
    ]) {
      const ended = await run("watch", "plan.json", ...args);
      expect([args, ended.code]).toEqual([args, 2]);
      expect(oneSentence(ended)).not.toBe("");
    }
  });
});

describe("again and again", () => {
  test("serves metrics to this machine alone, says when nvidia-smi fails and comes back, and ends cleanly", async () => {
    const port = await freePorts();
    const { child, said, ended } = watching("--listen", `127.0.0.1:${port}`);
    await until(() => said.err.includes("metrics at"));
    const [status, text] = await get(port, "/metrics");
    expect(status).toBe(200);
    expect(text).toContain('berth_watch_source_up{source="local"} 1');
    expect(text).toMatch(/^berth_card_used_bytes\{card="one-4090:0",[^}]+\} 0$/m);
    expect((await get(port, "/metrics", "evil.example"))[0]).toBe(403);
    expect((await get(port, "/"))[0]).toBe(404);

    box.setFaults({ "nvidia-smi": { kind: "exit" } });
    await until(async () => (await get(port, "/metrics"))[1].includes('up{source="local"} 0'));
    const [, without] = await get(port, "/metrics");
    expect(without).not.toMatch(/^berth_card_used_bytes\{/m);
    expect(without).toMatch(/^berth_watch_source_failures_total\{source="local"\} [1-9]/m);
    box.setFaults({});
    await until(async () => (await get(port, "/metrics"))[1].includes('up{source="local"} 1'));
    expect(said.out).toContain("local does not answer: local inventory: nvidia-smi exited with 18");
    await until(() => said.out.includes("over: local does not answer"));

    const second = await run("watch", "plan.json", "--listen", `127.0.0.1:${port}`);
    expect(second.code).toBe(2);
    expect(oneSentence(second)).toContain("something listens there already");
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  test("prints one JSON document a look, a line each", async () => {
    const { child, said, ended } = watching("--json");
    await until(() => said.out.split("\n").length > 2);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const lines = said.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { schema: string });
    expect(lines.every(({ schema }) => schema === "berth/watch@1")).toBe(true);
    expect(lines.length).toBeGreaterThan(1);
  });
});
