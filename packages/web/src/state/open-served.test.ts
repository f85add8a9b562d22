import { expect, test } from "vitest";
import { ANSWERS } from "../worker/answers.ts";
import type { PlannerClient } from "../worker/planner-client.ts";
import { openServed } from "./open-served.ts";
import { createPlannerStore } from "./planner-store.ts";
import type { ServedApi, ServedSession } from "./served-api.ts";

const TRACE = "0,800,200\n1,800,200\n";
const FLEET = `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - name: chat
    model: Qwen/Qwen2.5-0.5B-Instruct
    maxSeqLen: 2048
    workload: { trace: may.csv }
`;

const WATCH = {
  signal: { aborted: false },
  onProgress: () => undefined,
  pause: async () => undefined,
};
/** Asks core in this thread. */
const worker = {
  ask: async (kind: keyof typeof ANSWERS, ask: never) =>
    (ANSWERS[kind] as (ask: never, watch: typeof WATCH) => unknown)(ask, WATCH),
} as unknown as PlannerClient;

/** Opens a session of a folder with these files. */
async function opened(session: Partial<ServedSession>, files: Readonly<Record<string, string>>) {
  const store = createPlannerStore();
  const api = {
    file: async (name: string) => {
      const text = files[name];
      if (text === undefined) {
        throw new Error(`${name}: no such file`);
      }
      return text;
    },
  } as unknown as ServedApi;
  await openServed({ store, worker }, api, { folder: "/x", inventorySources: [], ...session });
  const { history, bringProblems } = store.getState();
  return { ...history.present, problems: bringProblems };
}

const fleetFile = (name: string, text: string) => ({ fleetFile: { name, text, etag: "1" } });

test.each([
  { what: "beside it", at: "fleet.yaml", trace: "may.csv", file: "may.csv" },
  { what: "beside it in a folder", at: "own/fleet.yaml", trace: "may.csv", file: "own/may.csv" },
  { what: "by its whole path", at: "own/fleet.yaml", trace: "/x/may.csv", file: "/x/may.csv" },
])("the trace that the fleet file names is there: $what", async ({ at, trace, file }) => {
  const text = FLEET.replace("may.csv", trace);
  const { files, problems } = await opened(fleetFile(at, text), { [file]: TRACE });
  expect({ files, problems }).toEqual({ files: [{ name: trace, text: TRACE }], problems: [] });
});

test("one that can't be had is said, and the fleet is there all the same", async () => {
  const { fleet, files, problems } = await opened(fleetFile("fleet.yaml", FLEET), {});
  expect({ fleet, files, problems }).toEqual({
    fleet: FLEET,
    files: [],
    problems: ["may.csv: no such file"],
  });
});

test("a plan brings the traces that it names, from its own folder", async () => {
  const plan = await ANSWERS.plan(
    { fleet: FLEET, files: [{ name: "may.csv", text: TRACE }] },
    WATCH,
  );
  const planFile = { name: "plans/plan.json", text: JSON.stringify(plan) };
  const { fleet, files } = await opened({ planFile }, { "plans/may.csv": TRACE });
  expect(fleet).toContain("trace: may.csv");
  expect(files).toEqual([{ name: "may.csv", text: TRACE }]);
});
