import type { PlanDocument } from "@berth/core";
import { expect, test } from "vitest";
import type { PlannerClients } from "./keep-planned.ts";
import { createPlannerStore } from "./planner-store.ts";
import { applyTrial, dropTrial, trialShown, tryChange } from "./trial.ts";
import type { Workspace } from "./workspace.ts";

const START: Workspace = {
  fleet: "hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]\nmodels: []\n",
  files: [],
};

/** A worker that plans when it is told to, or says why it can't. */
function opened() {
  const store = createPlannerStore(START);
  const asked: { fleet: string; done: (plan: PlanDocument) => void; fail: (e: Error) => void }[] =
    [];
  const quick = { ask: async () => undefined };
  const solver = {
    ask: (_: string, { fleet }: Workspace) =>
      new Promise((done, fail) => asked.push({ fleet, done, fail })),
  };
  const clients = { quick, solver } as unknown as PlannerClients;
  const lose = () => tryChange(store, clients, { kind: "lose", card: "box:1" });
  return { store, clients, asked, lose, shown: () => trialShown(store.getState()) };
}

const plan = (status: string) => ({ status }) as unknown as PlanDocument;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("a change is planned beside what is on the page, and applied as one step", async () => {
  const { store, asked, lose, shown } = opened();
  const tried = lose();
  await settled();
  expect(asked.map(({ fleet }) => fleet)).toEqual([expect.stringContaining("count: 1")]);
  expect(store.getState().history.present).toBe(START);
  asked[0]?.done(plan("optimal"));
  await tried;
  expect(shown()?.plan).toEqual(plan("optimal"));
  applyTrial(store);
  expect(store.getState().history.present.fleet).toContain("count: 1");
  expect(shown()).toBeUndefined();
  store.getState().undo();
  expect(store.getState().history.present).toBe(START);
  expect(shown()?.changes).toHaveLength(1);
});

test("a second change comes on top of the first", async () => {
  const { store, clients, asked, lose, shown } = opened();
  void lose();
  await settled();
  void tryChange(store, clients, { kind: "add", host: "box", gpu: "rtx-3090" });
  await settled();
  expect(asked[1]?.fleet).toMatch(/count: 1[\s\S]*rtx-3090/);
  asked[0]?.done(plan("feasible"));
  asked[1]?.done(plan("optimal"));
  await settled();
  expect(shown()?.plan).toEqual(plan("optimal"));
  expect(shown()?.changes.map(({ kind }) => kind)).toEqual(["lose", "add"]);
});

test("an answer to what was dropped is not shown, and one that fails says why", async () => {
  const { store, asked, lose, shown } = opened();
  void lose();
  await settled();
  dropTrial(store);
  asked[0]?.done(plan("optimal"));
  await settled();
  expect(shown()).toBeUndefined();
  const tried = lose();
  await settled();
  asked[1]?.fail(new Error("no card"));
  await tried;
  expect(shown()?.problem).toEqual({ message: "no card" });
});

test("an edit of the page ends the trial", async () => {
  const { store, lose, shown } = opened();
  void lose();
  store.getState().editFleet((fleet) => `${fleet}# seen\n`);
  expect(shown()).toBeUndefined();
});
