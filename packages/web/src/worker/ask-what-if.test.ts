import { parseFleetFile } from "@berth/core";
import { whatIf } from "@berth/core/changes";
import { describe, expect, test } from "vitest";
import { ANSWERS } from "./answers.ts";
import type { Watch } from "./protocol.ts";
import type { WhatIfProgress } from "./what-if-protocol.ts";

const FLEET = `hosts: [{ name: a, gpus: [{ gpu: rtx-3090 }] }]
engine: vllm
vars: { users: 120 }
models:
  - { name: x, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2048, workload: { rate: users / 60, prompt: 100, output: 50 } }
  - { name: y, model: Qwen/Qwen2.5-14B-Instruct, maxSeqLen: 2048, concurrency: 1 }
`;
const WORKSPACE = { fleet: FLEET, files: [] };

const watched = (onProgress: (progress: WhatIfProgress) => void = () => undefined) => {
  const watch: Watch<WhatIfProgress> & { readonly signal: { aborted: boolean } } = {
    signal: { aborted: false },
    onProgress: (progress) => onProgress(progress),
    pause: async () => undefined,
  };
  return watch;
};
const search = { signal: { aborted: false }, onProgress: () => undefined, pause: async () => {} };
const plan = await ANSWERS.plan(WORKSPACE, search);
const ask = { workspace: WORKSPACE, plan, scaleRate: 2, rate: "", buy: ["rtx-4090"] };

describe("other rates and cards to buy", () => {
  test("are answered as core answers for the plan that is shown", async () => {
    const seen: WhatIfProgress[] = [];
    const found = await ANSWERS.whatIf(
      ask,
      watched((progress) => seen.push(progress)),
    );
    const direct = await whatIf({
      file: "fleet.yaml",
      fleet: parseFleetFile("fleet.yaml", FLEET),
      from: plan,
      changes: [{ kind: "scale-rate", times: 2 }],
      buy: ["rtx-4090"],
      asked: { change: {} },
    });
    expect(found).toEqual(direct);
    expect(found.models[0]).toMatchObject({
      before: { requestsPerSecond: 2 },
      after: { requestsPerSecond: 4 },
    });
    expect(seen).toEqual([
      { what: "the fleet after the changes", done: 0, all: 2 },
      { what: "with rtx-4090", done: 1, all: 2 },
    ]);
  });

  test("a rate is an expression with the file's names, before and after", async () => {
    const asked = { ...ask, rate: "users / 40", buy: [] };
    const { models, buy } = await ANSWERS.whatIf(asked, watched());
    expect([models[0]?.before?.requestsPerSecond, buy]).toEqual([3, undefined]);
    for (const [rate, says] of [
      ["userz", "did you mean users?"],
      ["-1", "expected a number of at least 0, got -1"],
    ] as const) {
      await expect(ANSWERS.whatIf({ ...ask, rate }, watched())).rejects.toThrow(
        new RegExp(`^Requests a second of each model: .*${says.replace("?", "\\?")}`),
      );
    }
  });

  test("end without an answer once they are told to, also while the last plan is made", async () => {
    for (const last of [0, 1]) {
      const seen: number[] = [];
      const watch = watched(({ done }) => {
        seen.push(done);
        watch.signal.aborted = done === last;
      });
      await expect(ANSWERS.whatIf(ask, watch)).rejects.toThrow("cancelled");
      expect(seen.at(-1)).toBe(last);
    }
  });
});
