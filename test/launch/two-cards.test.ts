// One engine over two cards, on the box without cards: every card is measured, and the log says each rank's part.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { berth, type Ended, folderWith } from "../cli/run-berth.ts";
import { boxSource, type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";

interface Event {
  readonly event: string;
  readonly engine?: string;
  readonly reason?: string;
  readonly findings?: readonly string[];
  readonly departures?: readonly string[];
  readonly cards?: readonly { readonly gpu: string; readonly verdict: string }[];
}

interface Scene {
  readonly plan: PlanDocument;
  readonly box: FakeBox;
  readonly port: number;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
}

const scenes: Scene[] = [];

afterEach(async () => {
  for (const { run, box } of scenes.splice(0)) {
    await run("stop");
    box.remove();
  }
});

/** A model that needs both cards for its weights, divided as the engine does. */
const FLEETS: Readonly<Record<string, string>> = {
  vllm: fleet("engine: vllm, quantization: bf16, tp: 2"),
  "llama.cpp": fleet("engine: llama.cpp, pp: 2"),
};

function fleet(settings: string): string {
  return `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: wide, model: Qwen/Qwen2.5-14B-Instruct, ${settings}, maxSeqLen: 2k, concurrency: { least: 1, want: 2 } }
`;
}

async function sceneOf(engine: string): Promise<Scene> {
  const folder = folderWith({ "fleet.yaml": FLEETS[engine] ?? "" });
  const planned = await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd: folder });
  expect(planned.code).toBe(0);
  const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as PlanDocument;
  const box = fakeBox(plan);
  const [wide] = plan.deployments;
  const env = {
    ...box.environment,
    MODEL_PATH_WIDE: wide === undefined ? "" : boxSource(wide),
  };
  const scene: Scene = {
    plan,
    box,
    port: await freePorts(),
    run: (...args) => berth(args, { cwd: folder, env }),
  };
  scenes.push(scene);
  return scene;
}

async function launch({ run, port }: Scene): Promise<readonly Event[]> {
  const { stdout } = await run("launch", "plan.json", "--json", "--first-port", String(port));
  return (JSON.parse(stdout) as { readonly events: readonly Event[] }).events;
}

describe.each(Object.keys(FLEETS))("%s over two cards", (engine) => {
  test("is one engine that is measured on both, and is named where one of them is short", async () => {
    const here = await sceneOf(engine);
    expect(here.plan.deployments.map(({ gpus }) => gpus)).toEqual([["box:0", "box:1"]]);
    here.box.setFaults({ [here.port]: { kind: "out-of-memory" } });
    const failed = await launch(here);
    expect(failed.find(({ event }) => event === "failed")?.findings?.join("\n")).toContain(
      "that means: ",
    );
    expect(here.box.usedMiB()).toBe(0);
    here.box.setFaults({});
    const measured = (await launch(here)).find(({ event }) => event === "measured");
    expect(measured?.departures).toEqual([]);
    expect(measured?.cards).toMatchObject([
      { gpu: "box:0", verdict: "inside" },
      { gpu: "box:1", verdict: "inside" },
    ]);
  });
});
