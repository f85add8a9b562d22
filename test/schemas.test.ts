/** The JSON Schemas of data/schemas against what the code makes: every document passes, and a changed one does not. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  explainPlan,
  type InventoryDocument,
  inventoryFromTexts,
  type PlanDocument,
  parseFleetFile,
  planFleet,
} from "@berth/core";
import { diffPlans } from "@berth/core/changes";
import { calibrate, checkPlan, compareWithPlan, watchPlan } from "@berth/core/verify";
import { beforeAll, describe, expect, test } from "vitest";
import { berth, folderWith } from "./cli/run-berth.ts";
import { schemaProblems } from "./support/schema-problems.ts";

const FOLDER = new URL("../data/schemas/", import.meta.url);

const FLEET = `models:
  - { name: pair, model: meta-llama/Llama-3.2-3B, engine: vllm, tp: 2, maxSeqLen: 4096, concurrency: 4 }
  - { name: small, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, concurrency: 4 }
`;

const documents = new Map<string, readonly object[]>();

/** An inventory with one thing changed on every card and host. */
function changed(inventory: InventoryDocument, host: object, card: object): InventoryDocument {
  return {
    ...inventory,
    hosts: inventory.hosts.map((one) => ({
      ...one,
      ...host,
      gpus: one.gpus.map((gpu) => ({ ...gpu, ...card })),
    })),
  };
}

beforeAll(async () => {
  const text = readFileSync("examples/inventory/twelve-cards.xml", "utf8");
  const inventory = inventoryFromTexts([{ name: "box", text, host: "box" }]);
  const plan: PlanDocument = await planFleet({
    file: "fleet.yaml",
    fleet: parseFleetFile("fleet.yaml", FLEET),
    inventory,
  });
  const todays = [
    inventory,
    { ...inventory, hosts: [] },
    changed(inventory, { gpus: [] }, {}),
    changed(
      inventory,
      { driverVersion: "1.2", cudaVersion: "9.0" },
      { name: "Other", isLost: true },
    ),
    changed(
      inventory,
      { cut: { source: "x", text: "line 3" } },
      { migEnabled: true, hasEcc: true },
    ),
    changed(inventory, {}, { memoryUsedMiB: 9000, memoryFreeMiB: 10, memoryTotalMiB: 20_000 }),
  ];
  const base = {
    at: "2026-11-22T00:00:00.000Z",
    metrics: [],
    sources: [{ name: "local", isUp: false, problem: "no" }],
    ownerOf: () => undefined,
    nearBytes: undefined,
  };
  const verified = compareWithPlan(plan, { inventory });
  documents.set("inventory", todays);
  documents.set("plan", [plan]);
  documents.set(
    "check",
    todays.map((today) => checkPlan(plan, today)),
  );
  documents.set(
    "watch",
    todays.map((today) => watchPlan(plan, { ...base, inventory: today })),
  );
  const smaller = await planFleet({
    file: "fleet.yaml",
    fleet: parseFleetFile("fleet.yaml", FLEET.replace(/.*small.*\n/, "")),
    inventory,
  });
  documents.set("plan-diff", [diffPlans(plan, smaller), diffPlans(smaller, plan)]);
  documents.set("explain", [explainPlan(plan)]);
  await printed(plan);
  documents.set("verify", [verified]);
  documents.set("calibration", [calibrate([verified])]);
});

/** What commands print that is made in the command line. */
async function printed(plan: PlanDocument): Promise<void> {
  const cwd = folderWith({ "plan.json": JSON.stringify(plan) });
  const document = async (...args: readonly string[]): Promise<object> => {
    const { stdout } = await berth([...args, "--json"], { cwd });
    return JSON.parse(stdout) as object;
  };
  const card = ["--gpu", "h100-sxm-80gb"];
  const swept = await document(
    ...["estimate", "deepseek-ai/DeepSeek-V3", ...card, "--sweep", "tp=1,8"],
  );
  documents.set("series", [swept]);
  documents.set("estimate", [
    ...(swept as { readonly points: readonly { readonly estimate: object }[] }).points.map(
      ({ estimate }) => estimate,
    ),
    await document("estimate", "openai/whisper-large-v3", ...card, "--cross-kv-fraction", "0.5"),
  ]);
  documents.set("catalog", [await document("catalog")]);
  const render = ["render", "plan.json", "--target", "scripts", "--out", "out"];
  documents.set("render", [await document(...render)]);
  rmSync(join(cwd, "out", "README.md"));
  documents.set("render-diff", [await document(...render, "--diff")]);
}

const NAMES = [
  ...["inventory", "plan", "check", "watch", "verify", "calibration", "plan-diff", "explain"],
  ...["series", "estimate", "catalog", "render", "render-diff"],
];

/** The fleet file's reader is made of its schema; the others are held where their documents are made. */
const ELSEWHERE = [
  ...["fleet", "capacity", "doctor", "serve", "whatif"],
  ...["launch-report", "launch-event", "status", "stop"],
];

test("every schema is held here or elsewhere", () => {
  const files = readdirSync(FOLDER).map((file) => file.replace(".schema.json", ""));
  expect(files.sort()).toEqual([...NAMES, ...ELSEWHERE].sort());
});

describe.each(NAMES)("%s", (name) => {
  test("what is made passes", () => {
    const made = documents.get(name) ?? [];
    expect(made.length).toBeGreaterThan(0);
    // as it is printed: what is undefined is absent
    const problems = made.map((one) => schemaProblems(name, JSON.parse(JSON.stringify(one))));
    expect(problems).toEqual(made.map(() => []));
  });

  test("a document of another kind, and one without a key, do not", () => {
    const [one = {}] = documents.get(name) ?? [];
    expect(schemaProblems(name, { ...one, schema: "berth/other@1" })).not.toEqual([]);
    for (const key of Object.keys(one).filter((each) => !OPTIONAL.has(each))) {
      const { [key]: _, ...rest } = one as Record<string, unknown>;
      expect([key, schemaProblems(name, rest)]).not.toEqual([key, []]);
    }
  });
});

const OPTIONAL = new Set([
  ...["transition", "alternatives", "madeFrom", "emptyCards", "gpus", "models", "engines"],
  ...["kvFraction", "options", "start", "nullBlocks"],
]);

test("a check that finds something says which, and a code that there is not is none", () => {
  const found = (documents.get("check") ?? []) as readonly {
    readonly problems: readonly { readonly code: string }[];
    readonly notes: readonly { readonly code: string }[];
  }[];
  const codes = new Set(
    found.flatMap(({ problems, notes }) => [...problems, ...notes]).map(({ code }) => code),
  );
  expect(codes.size).toBeGreaterThan(7);
  const [first] = found.filter(({ problems }) => problems.length > 0);
  expect(
    schemaProblems("check", { ...first, problems: [{ code: "bad-luck", text: "x" }] }),
  ).not.toEqual([]);
  expect(
    schemaProblems("check", { ...first, problems: [{ code: "card-lost", text: "x" }] }),
  ).not.toEqual([]);
});
