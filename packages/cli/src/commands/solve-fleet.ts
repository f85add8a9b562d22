import { dirname, resolve } from "node:path";
import {
  type Calibrate,
  type FleetFile,
  InputError,
  type InventoryDocument,
  listsCards,
  type ModelSpec,
  modelPreset,
  type PlanDocument,
  type PlanInput,
  parseFleetFile,
  planFleet,
} from "@berth/core";
import type { MoveCost } from "@berth/core/changes";
import { readInventory } from "../io/inventory-sources.ts";
import { createModelSource, looksLikePath } from "../io/model-source.ts";
import { readStream, readText } from "../io/read-text.ts";
import { watchSearch } from "../io/search-watch.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";

/** A fleet file of 4,000 cards and 400 models is below 1 MB. */
const MAX_FLEET_BYTES = 20_000_000;

export interface FleetRequest {
  /** The fleet file as the user wrote it; "-" is stdin. */
  readonly fleet: string;
  /** Inventory sources that stand for the fleet file's own; none leaves those. */
  readonly sources: readonly string[];
  readonly topology: string | undefined;
  /** The plan that runs, of which as little as pays is to change. */
  readonly from?: {
    readonly plan: PlanDocument;
    readonly moveCost: MoveCost | undefined;
  };
  /** What the user's own runs measured. */
  readonly calibrate?: Calibrate | undefined;
  /** How many plans, and which of them is wanted; 1 is the best. */
  readonly nBest?: { readonly count: number; readonly take: number };
  /** States that the search may look at. */
  readonly nodes?: number | undefined;
  /** What chance the search takes. */
  readonly seed?: number | undefined;
}

/** The plan of a fleet file. Paths in it are relative to it; those of the request, to where berth runs. */
export async function solveFleet(request: FleetRequest, terminal: Terminal): Promise<PlanDocument> {
  if (request.fleet === "-" && request.sources.includes("-")) {
    throw new UsageError("stdin (-) can be read once only");
  }
  const file = request.fleet === "-" ? "stdin" : request.fleet;
  const written = parseFleetFile(file, await readFleet(request.fleet, terminal));
  const folder =
    request.fleet === "-" ? terminal.cwd : dirname(resolve(terminal.cwd, request.fleet));
  const fleet = overridden(written, request);
  const inventory = await inventoryOf(file, fleet, { request, folder, terminal });
  const models = await modelsOf(file, fleet, folder);
  const watch = watchSearch(terminal);
  const { signal, onProgress, pause } = watch;
  const { nodes, seed } = request;
  const search = { signal, onProgress, pause, ...(seed === undefined ? {} : { seed }) };
  const limit = nodes === undefined ? {} : { nodeLimit: nodes };
  const { calibrate } = request;
  const measured = calibrate === undefined ? {} : { calibrate };
  const now = () => performance.now();
  try {
    return await solved(
      { file, fleet, inventory, models, now, search, ...limit, ...measured },
      request,
    );
  } finally {
    watch.close();
  }
}

async function solved(input: PlanInput, { from, nBest }: FleetRequest): Promise<PlanDocument> {
  if (nBest !== undefined) {
    return solvedBest(input, nBest);
  }
  if (from === undefined) {
    return planFleet(input);
  }
  const { planFrom } = await import("@berth/core/changes");
  const { plan, moveCost } = from;
  return planFrom({ ...input, from: plan, ...(moveCost === undefined ? {} : { moveCost }) });
}

async function solvedBest(
  input: PlanInput,
  { count, take }: NonNullable<FleetRequest["nBest"]>,
): Promise<PlanDocument> {
  const { planAlternatives } = await import("@berth/core/changes");
  const best = await planAlternatives(input, count);
  const taken = take === 1 ? best : best.alternatives?.[take - 2]?.plan;
  if (taken === undefined) {
    const plans = 1 + (best.alternatives?.length ?? 0);
    throw new UsageError(
      `--take ${take}: there ${plans === 1 ? "is 1 plan" : `are ${plans} plans`}`,
    );
  }
  return taken;
}

function readFleet(fleet: string, terminal: Terminal): Promise<string> {
  return fleet === "-"
    ? readStream("stdin", terminal.stdin, MAX_FLEET_BYTES)
    : readText({ path: resolve(terminal.cwd, fleet), name: fleet, maxBytes: MAX_FLEET_BYTES });
}

/** Sources on the command line stand for all that the file says of its hosts. */
function overridden(fleet: FleetFile, { sources }: FleetRequest): FleetFile {
  if (sources.length === 0) {
    return fleet;
  }
  const { hosts, inventory: _, topology: __, ...rest } = fleet;
  return { ...rest, ...(listsCards(fleet) ? {} : { hosts }), inventory: sources };
}

async function inventoryOf(
  file: string,
  fleet: FleetFile,
  {
    request,
    folder,
    terminal,
  }: { readonly request: FleetRequest; readonly folder: string; readonly terminal: Terminal },
): Promise<InventoryDocument> {
  const isGiven = request.sources.length > 0;
  const sources = [fleet.inventory ?? []].flat();
  if (sources.length === 0) {
    if (!listsCards(fleet)) {
      throw new InputError(
        { file },
        "expected inventory or hosts in it, or --inventory SOURCE beside it",
      );
    }
    return { schema: "berth/inventory@1", hosts: [], warnings: [] };
  }
  const own = request.topology ?? fleet.topology;
  return readInventory(
    {
      sources,
      topology: request.topology === undefined ? own : resolve(terminal.cwd, request.topology),
      folder: isGiven ? terminal.cwd : folder,
    },
    terminal,
  );
}

/** Every model of the file that is no catalogue id, read. */
async function modelsOf(
  file: string,
  { models }: FleetFile,
  folder: string,
): Promise<ReadonlyMap<string, ModelSpec>> {
  const source = createModelSource();
  const read = new Map<string, ModelSpec>();
  for (const [i, { model }] of models.entries()) {
    if (looksLikePath(model) || modelPreset(model) === undefined) {
      try {
        read.set(model, await source.read(model, folder));
      } catch (error) {
        throw error instanceof InputError
          ? new InputError({ file, key: `models[${i}].model` }, error.message, { cause: error })
          : error;
      }
    }
  }
  return read;
}
