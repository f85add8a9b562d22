import { fleetJsonSchema } from "@berth/core";
import { describe, expect, test } from "vitest";
import { chance, counts, indices, names, size, tokenCounts, tokens } from "./codec.ts";
import type { Field, FieldGroup, Surroundings } from "./field.ts";
import { CARD_FIELDS, FLEET_FIELDS, HOST_FIELDS, MODEL_FIELDS, POLICY_FIELDS } from "./fields.ts";
import { problemIn } from "./problem-in.ts";
import { MORE_FIELDS, WORKLOAD_FIELDS } from "./workload-fields.ts";

/** Keys of the fleet file without a field of these forms, and why. */
const WITHOUT_FIELD: Readonly<Record<string, string>> = {
  schema: "says which version the file is of: nobody sets it",
  inventory: "is brought by pasting and dropping what nvidia-smi printed",
  topology: "is brought by dropping what nvidia-smi topo -m printed",
  vars: "is arithmetic for workloads; the fleet file's text has it",
  costs: "is for capacity's sums of money; the fleet file's text has it",
  "models[].workload.trace": "is chosen among files, below the workload's fields",
  "models[].workload.targets": "is a list of its own, below the workload's fields",
  "hosts[].name": "is given when a host is added, and printed where an inventory has it",
  "hosts[].gpus": "is set in the list of cards: kinds are added, counted and taken away there",
  "policy.reserve": "is set under the list of cards, where it always shows",
};

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Paths of all keys, "hosts[].reserve", but for those inside of what has no field or one field as a whole. */
function keysOf({ properties = {} }: Schema, prefix = ""): readonly string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = prefix + key;
    const inner = [schema, ...(schema.anyOf ?? [])].flatMap((each) => [
      ...(each.items?.properties === undefined ? [] : keysOf(each.items, `${path}[].`)),
      ...(each.properties === undefined ? [] : keysOf(each, `${path}.`)),
    ]);
    const isWhole = path in WITHOUT_FIELD || inner.length === 0 || AS_A_WHOLE.has(path);
    return isWhole ? [path] : inner;
  });
}

const AS_A_WHOLE = new Set([
  "models[].concurrency",
  "models[].workload.prompt",
  "models[].workload.output",
  "models[].workload.sharedPrefix",
]);

const inGroups = (prefix: string, groups: readonly FieldGroup[]): readonly string[] =>
  inList(
    prefix,
    groups.flatMap(({ fields }) => fields),
  );
const inList = (prefix: string, fields: readonly Field[]): readonly string[] =>
  fields.map(({ key }) => prefix + key);

test("every key of the fleet file has a field, or a reason for having none", () => {
  const fields = [
    ...inGroups("", FLEET_FIELDS),
    ...inGroups("policy.", POLICY_FIELDS),
    ...inGroups("models[].", MODEL_FIELDS),
    ...inList("models[].workload.", [...WORKLOAD_FIELDS, ...MORE_FIELDS]),
    ...inList("hosts[].", HOST_FIELDS),
    ...inList("hosts[].cards[].", CARD_FIELDS),
  ];
  expect([...fields, ...Object.keys(WITHOUT_FIELD)].toSorted()).toEqual(
    [...keysOf(fleetJsonSchema() as Schema)].toSorted(),
  );
});

describe("what is typed", () => {
  test.each([
    [size, "24 GiB", "24 GiB"],
    [tokens, "32k", "32k"],
    [tokens, "8192", 8192],
    [tokenCounts, "2k, 8192", ["2k", 8192]],
    [counts, "2", 2],
    [counts, "1, 2,4", [1, 2, 4]],
    [indices, "0", 0],
    [names, "fast", ["fast"]],
    [names, "a, b", ["a", "b"]],
    [chance, "99.9 %", 0.999],
    [chance, "0.95", 0.95],
  ])("%#: %s", (codec, typed, value) => {
    expect(codec.problem(typed)).toBeUndefined();
    expect(codec.read(typed)).toEqual(value);
    expect(codec.read(codec.show(value))).toEqual(value);
  });

  test.each([
    [size, "24"],
    [size, "lots"],
    [tokens, "32kb"],
    [tokens, "-1"],
    [tokenCounts, "2k, x"],
    [counts, "0"],
    [counts, "1.5"],
    [counts, "1, 2, 3, 4, 5, 6, 7"],
    [counts, "1000001"],
    [indices, "-1"],
    [chance, "120 %"],
    [chance, "1"],
    [chance, "0.4"],
    [chance, "sure"],
  ])("%#: %s is refused in words", (codec, typed) => {
    expect(codec.problem(typed)).toMatch(/^Expected .*\.$/);
  });
});

describe("names", () => {
  const around: Surroundings = {
    fleet: {
      models: [
        { name: "a", model: "x" },
        { name: "b", model: "x" },
      ],
    },
    gpus: [],
    catalog: undefined,
  };
  const field = (key: string) => {
    const found = MODEL_FIELDS.flatMap(({ fields }) => fields).find((each) => each.key === key);
    if (found?.kind !== "text") {
      throw new Error(key);
    }
    return found;
  };
  test.each([
    ["notWith", "b", undefined],
    ["notWith", "b, c", "There is no c; there are b."],
    ["notWith", "a", "There is no a; there are b."],
    ["gpus", "box1", "There is no box1, and nothing else to name."],
    ["name", "b", "Another model is called b."],
    ["name", "a", undefined],
    ["name", "c", undefined],
    ["name", "", "Expected something here; it can't be empty."],
    ["maxSeqLen", "", undefined],
  ])("%s: %s", (key, typed, says) => {
    expect(problemIn(field(key), typed, { values: { name: "a" }, around })).toBe(says);
  });
});
