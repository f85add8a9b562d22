import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseFleetFile } from "../../../packages/core/src/documents/fleet-file.ts";
import type { FleetFile } from "../../../packages/core/src/documents/fleet-file-types.ts";

import { defaultNodeLimit } from "../../../packages/core/src/documents/node-limit.ts";
import { problemOf } from "../../../packages/core/src/documents/plan-problem.ts";
import { importModelFiles } from "../../../packages/core/src/importers/import-model-files.ts";
import type { ModelSpec } from "../../../packages/core/src/model/model.ts";
import { prepare } from "../../../packages/core/src/placement/place-fleet.ts";
import type { PlacementProblem } from "../../../packages/core/src/placement/problem.ts";
import { ALPASERVE, alpaServeProblem } from "../public/alpaserve.ts";
import { type FleetSize, randomFleet } from "../random-fleet.ts";
import type { Instance } from "./measure.ts";

/** A size of fleet; `seeds` are solved one after another, as far as `berth plan` does where no limit is named. */
type Size = Omit<FleetSize, "seed"> & { readonly seeds: number };

/** Where all models want a third of what there is, there is room for all. */
const LIGHT = 0.3;

const SIZES: readonly Size[] = [
  { cards: 12, models: 6, seeds: 10 },
  { cards: 12, models: 10, seeds: 10 },
  { cards: 12, models: 6, seeds: 10, load: LIGHT },
  { cards: 12, models: 10, seeds: 10, load: LIGHT },
  { cards: 48, models: 20, seeds: 3 },
  { cards: 96, models: 40, seeds: 3 },
  { cards: 256, models: 80, seeds: 3 },
  { cards: 512, models: 120, seeds: 3 },
  { cards: 1024, models: 200, seeds: 3 },
  { cards: 4000, models: 400, seeds: 1 },
];

/** No public fleet has more. */
const MOST_PUBLIC_CARDS = 64;

const PUBLIC = [
  "gpustack-24x3090",
  "gpustack-4090-4080",
  "gpustack-4090-3060",
  "muxserve",
] as const;

const folder = join(dirname(fileURLToPath(import.meta.url)), "../public");

/** All instances, the rows of the table in order. */
export function instances(): readonly Instance[] {
  return [
    ...SIZES.flatMap(({ seeds, ...size }) =>
      Array.from({ length: seeds }, (_, seed) => fleetInstance({ ...size, seed })),
    ),
    ...PUBLIC.map((name) => ({
      group: name,
      nodeLimit: defaultNodeLimit(MOST_PUBLIC_CARDS),
      build: () => read(name),
    })),
    ...ALPASERVE.map((one) => ({
      group: one.name,
      nodeLimit: defaultNodeLimit(MOST_PUBLIC_CARDS),
      build: () => alpaServeProblem(one),
    })),
  ];
}

/** A seeded fleet; searched as far as `berth plan` does when nothing is said, unless told otherwise. */
export function fleetInstance(size: FleetSize, nodeLimit = defaultNodeLimit(size.cards)): Instance {
  const group = `${size.cards} cards x ${size.models} models`;
  return {
    group: size.load === undefined ? group : `${group}, room for all`,
    nodeLimit,
    build: () => problemOfFleet("bench", randomFleet(size), new Map()),
  };
}

function read(name: string): PlacementProblem {
  const fleet = parseFleetFile(name, readFileSync(join(folder, `${name}.yaml`), "utf8"));
  const files = fleet.models
    .map(({ model }) => model)
    .filter((model) => model.endsWith("config.json"))
    .map((model): [string, ModelSpec] => {
      const files = { "config.json": readFileSync(join(folder, model), "utf8") };
      return [model, importModelFiles({ path: model, files })];
    });
  return problemOfFleet(name, fleet, new Map(files));
}

function problemOfFleet(
  file: string,
  written: FleetFile,
  models: ReadonlyMap<string, ModelSpec>,
): PlacementProblem {
  const { models: planned, fleet } = problemOf({ file, fleet: written, models });
  return prepare(planned, fleet).problem;
}
