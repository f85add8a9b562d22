import { expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import { problemOf } from "./plan-problem.ts";
import { withRoomsOf } from "./planned-replicas.ts";

const problem = (hosts: readonly string[]): ReturnType<typeof problemOf> =>
  problemOf({
    file: "fleet.yaml",
    fleet: parseFleetFile(
      "fleet.yaml",
      `
hosts: [${hosts.map((name) => `{ name: ${name}, gpus: [{ gpu: rtx-4090, count: 2 }] }`).join(", ")}]
models: [{ name: a, model: Qwen/Qwen2-7B, survive: host, replicas: 3, maxSeqLen: 4k, tp: 1, pp: 1 }]`,
    ),
  });

test("with another host a loss takes one of three replicas instead of two, as if it had been there", () => {
  const [two, three] = [problem(["x", "y"]), problem(["x", "y", "z"])];
  const [model] = two.models;
  expect(model?.survives?.rooms).toEqual([2, 2]);
  expect(model && withRoomsOf(model, three.fleet).survives).toEqual(three.models[0]?.survives);
});

test("the model stays the same object where a loss takes no more and no less", () => {
  const three = problem(["x", "y", "z"]);
  const [model] = three.models;
  expect(model && withRoomsOf(model, problem(["x", "y", "z", "more"]).fleet)).toBe(model);
});
