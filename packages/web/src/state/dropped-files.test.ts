import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kindOf, withDropped } from "./dropped-files.ts";
import { parseFleet } from "./parse-fleet.ts";
import { EMPTY_WORKSPACE, type WorkspaceFile } from "./workspace.ts";

const CAPTURES = join(import.meta.dirname, "../../../../test/fixtures/nvidia-smi");

/** What says nothing of a host's cards: a list of processes, profiles that a card could have, prose. */
const NO_HOST = /\.md$|\.apps\.csv$|mig-profiles/;

const FLEETS = join(import.meta.dirname, "../../../../examples");

/** The example fleets of the repository. */
const EXAMPLES: readonly WorkspaceFile[] = readdirSync(FLEETS)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(join(FLEETS, name), "utf8") }));

function captures(folder: string): readonly WorkspaceFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !NO_HOST.test(entry.name))
    .map((entry) => ({
      name: entry.name,
      text: readFileSync(join(entry.parentPath, entry.name), "utf8"),
    }));
}

describe("what a dropped text is", () => {
  test("every capture of nvidia-smi", () => {
    const kinds = captures(CAPTURES).map((file) => [file.name, kindOf(file)]);
    expect(kinds.length).toBeGreaterThan(3);
    expect(kinds.filter(([, kind]) => kind !== "inventory")).toEqual([]);
  });

  test.each(EXAMPLES)("the example fleet $name", (file) => {
    expect(kindOf(file)).toBe("fleet");
  });

  test.each([
    ["a config", { name: "x", text: '{"model_type": "llama"}' }, "config"],
    ["JSON of something else", { name: "x.json", text: '{"a": 1}' }, undefined],
    ["prose", { name: "notes.txt", text: "the models: are fine" }, undefined],
    ["nothing", { name: "x", text: "" }, undefined],
  ] as const)("%s", (_, file, kind) => {
    expect(kindOf(file)).toBe(kind);
  });
});

describe("where it goes", () => {
  const config = { name: "config.json", text: '{"model_type": "llama"}' };

  test("outputs of nvidia-smi are one host each, and names stay apart", () => {
    const file = { name: "box.txt", text: "GPU 0: x" };
    const two = withDropped(withDropped(EMPTY_WORKSPACE, file, "inventory"), file, "inventory");
    const again = [parseFleet(two.fleet).fleet.inventory ?? []].flat();
    expect(again).toEqual(["box.txt"]);
    expect(two.files).toEqual([file]);
  });

  test("a file that the fleet names already is what it meant", () => {
    const fleet = "inventory: inventory/box.xml\nmodels: []\n";
    const made = withDropped(
      { fleet, files: [] },
      { name: "box.xml", text: "<nvidia_smi_log>" },
      "inventory",
    );
    expect(made.fleet).toBe(fleet);
    expect(made.files[0]?.name).toBe("inventory/box.xml");
  });

  test("a config is a model more, or the one that was missing", () => {
    const made = withDropped(EMPTY_WORKSPACE, config, "config");
    expect(parseFleet(made.fleet).fleet.models).toEqual([
      { name: "config.json", model: "config.json" },
    ]);
    const named = { fleet: "models: [{ name: own, model: own/config.json }]", files: [] };
    const met = withDropped(named, config, "config");
    expect(met.fleet).toBe(named.fleet);
    expect(met.files[0]?.name).toBe("own/config.json");
  });
});
