/** The JSON Schemas of data/schemas against what the code makes: every document passes, and a changed one does not. */
import { readdirSync, readFileSync } from "node:fs";
import {
  type InventoryDocument,
  inventoryFromTexts,
  type PlanDocument,
  parseFleetFile,
  planFleet,
} from "@berth/core";
import { calibrate, checkPlan, compareWithPlan, watchPlan } from "@berth/core/verify";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";

const FOLDER = new URL("../data/schemas/", import.meta.url);

const validators = new Map<string, ReturnType<Ajv2020["compile"]>>();

/** In what a document is not what the schema of its kind says. */
function problemsOf(name: string, document: unknown): readonly string[] {
  const file = new URL(`${name}.schema.json`, FOLDER);
  const validate =
    validators.get(name) ??
    new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, "utf8")) as object);
  validators.set(name, validate);
  return validate(document)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message = "" }) => `${instancePath}: ${message}`,
      );
}

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
  documents.set("verify", [verified]);
  documents.set("calibration", [calibrate([verified])]);
});

const NAMES = ["inventory", "plan", "check", "watch", "verify", "calibration"];

/** The fleet file's reader is made of its schema; the others have tests of their own. */
const ELSEWHERE = ["fleet", "capacity", "whatif"];

test("every schema is held here or elsewhere", () => {
  const files = readdirSync(FOLDER).map((file) => file.replace(".schema.json", ""));
  expect(files.sort()).toEqual([...NAMES, ...ELSEWHERE].sort());
});

describe.each(NAMES)("%s", (name) => {
  test("what is made passes", () => {
    const made = documents.get(name) ?? [];
    expect(made.length).toBeGreaterThan(0);
    // as it is printed: what is undefined is absent
    const problems = made.map((one) => problemsOf(name, JSON.parse(JSON.stringify(one))));
    expect(problems).toEqual(made.map(() => []));
  });

  test("a document of another kind, and one without a key, do not", () => {
    const [one = {}] = documents.get(name) ?? [];
    expect(problemsOf(name, { ...one, schema: "berth/other@1" })).not.toEqual([]);
    for (const key of Object.keys(one).filter((each) => !OPTIONAL.has(each))) {
      const { [key]: _, ...rest } = one as Record<string, unknown>;
      expect([key, problemsOf(name, rest)]).not.toEqual([key, []]);
    }
  });
});

const OPTIONAL = new Set(["transition", "alternatives"]);

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
    problemsOf("check", { ...first, problems: [{ code: "bad-luck", text: "x" }] }),
  ).not.toEqual([]);
  expect(
    problemsOf("check", { ...first, problems: [{ code: "card-lost", text: "x" }] }),
  ).not.toEqual([]);
});
