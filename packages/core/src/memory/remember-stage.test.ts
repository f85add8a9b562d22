import { expect, test } from "vitest";
import type { ModelSpec } from "../model/model.ts";
import { rememberStage } from "./remember-stage.ts";

const model = {} as ModelSpec;
const even = { tp: 2, pp: 2, ep: 1 };

test("is computed once for each model, size, stage and detail, and nothing too", () => {
  const known = rememberStage<number | undefined>();
  let computed = 0;
  const places = [
    { model, parallelism: even, stage: 0, detail: "a" },
    { model, parallelism: even, stage: 1, detail: "a" },
    { model, parallelism: { ...even, pp: 3 }, stage: 0, detail: "a" },
    { model, parallelism: { ...even, tp: 4 }, stage: 0, detail: "a" },
    { model, parallelism: { ...even, tp: 4, attentionDp: true }, stage: 0, detail: "a" },
    { model, parallelism: even, stage: 0, detail: "b" },
    { model: { ...model }, parallelism: even, stage: 0, detail: "a" },
  ];
  for (const place of [...places, ...places]) {
    known(place, () => {
      computed += 1;
      return undefined;
    });
  }
  expect(computed).toBe(places.length);
});

test("is computed each time for stages that are cut by hand", () => {
  const known = rememberStage<number>();
  const cut = (...stageLayers: number[]): number =>
    known({ model, parallelism: { ...even, stageLayers }, stage: 0, detail: "" }, () =>
      Number(stageLayers[0]),
    );
  expect([cut(1, 3), cut(3, 1)]).toEqual([1, 3]);
});

test("details of a user's own are answered beyond those that are kept", () => {
  const known = rememberStage<string>();
  for (let i = 0; i < 300; i += 1) {
    const detail = String(i);
    expect(known({ model, parallelism: even, stage: 0, detail }, () => detail)).toBe(detail);
  }
});
