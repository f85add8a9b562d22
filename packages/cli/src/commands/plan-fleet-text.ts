import {
  type Calibrate,
  type FleetFile,
  InputError,
  type InventoryDocument,
  type ModelSpec,
  modelKey,
  modelPreset,
  type PlanDocument,
  type PlanInput,
  parseFleetFile,
  planFleet,
  type SolveOptions,
} from "@berth/core";
import type { Trace } from "@berth/core/capacity";
import type { MoveCost } from "@berth/core/changes";
import { looksLikePath, withPart } from "@berth/core/files";
import type { ModelSource } from "../io/model-source.ts";
import { UsageError } from "../usage-error.ts";

/** A fleet file: what messages call it, what it says, and the folder that paths in it are relative to. */
export interface FleetText {
  readonly file: string;
  readonly text: string;
  readonly folder: string;
}

/** How the plan is to be made. */
export interface PlanWish {
  /** The plan that runs, of which as little as pays is to change. */
  readonly from?: {
    readonly plan: PlanDocument;
    readonly moveCost: MoveCost | undefined;
    /** What its engines hold beyond it, in bytes, by the cards' ids in it. */
    readonly beyond?: ReadonlyMap<string, number>;
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

/** The cards to plan for: the fleet file, without its own where others stand for them, and what the machines have. */
export interface FleetCards {
  readonly fleet: FleetFile;
  readonly inventory: InventoryDocument;
}

/** How what a fleet file names is read, and how the search is watched and stopped. */
export interface PlanReaders {
  readonly cards: (written: FleetFile) => Promise<FleetCards>;
  readonly models: ModelSource;
  /** Reads traces of this folder, by the names that the fleet file gives them; without it they say nothing. */
  readonly traces?: (
    folder: string,
    names: readonly string[],
  ) => Promise<ReadonlyMap<string, Trace>>;
  /** Asked for when the search begins. */
  readonly watch: () => Pick<SolveOptions, "signal" | "onProgress" | "pause">;
}

/** The plan of a fleet file's text. Throws an InputError for what can't be planned. */
export async function planFleetText(
  fleet: FleetText,
  wish: PlanWish,
  readers: PlanReaders,
): Promise<PlanDocument> {
  return solved(await planInput(fleet, wish, readers), wish);
}

/** What a fleet file's text and all that it names come to. Throws an InputError for what can't be planned. */
export async function planInput(
  { file, text, folder }: FleetText,
  wish: Pick<PlanWish, "nodes" | "seed" | "calibrate">,
  readers: PlanReaders,
): Promise<PlanInput> {
  const { fleet, inventory } = await readers.cards(parseFleetFile(file, text));
  const models = await modelsOf(file, fleet, { folder, source: readers.models });
  const traces = await readers.traces?.(
    folder,
    fleet.models.flatMap(({ workload }) => workload?.trace ?? []),
  );
  const { nodes, seed, calibrate } = wish;
  const search = { ...readers.watch(), ...(seed === undefined ? {} : { seed }) };
  const limit = nodes === undefined ? {} : { nodeLimit: nodes };
  const measured = calibrate === undefined ? {} : { calibrate };
  const now = () => performance.now();
  const read = traces === undefined ? {} : { traces };
  return { file, fleet, inventory, models, ...read, now, search, ...limit, ...measured };
}

async function solved(input: PlanInput, { from, nBest }: PlanWish): Promise<PlanDocument> {
  if (nBest !== undefined) {
    return solvedBest(input, nBest);
  }
  if (from === undefined) {
    return planFleet(input);
  }
  const { planFrom } = await import("@berth/core/changes");
  const { plan, moveCost, beyond } = from;
  return planFrom({
    ...input,
    from: plan,
    ...(moveCost === undefined ? {} : { moveCost }),
    ...(beyond === undefined ? {} : { beyond }),
  });
}

async function solvedBest(
  input: PlanInput,
  { count, take }: NonNullable<PlanWish["nBest"]>,
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

/** Every model of the file that is no catalogue id or has a draft beside it, read. */
async function modelsOf(
  file: string,
  { models }: FleetFile,
  { folder, source }: { readonly folder: string; readonly source: ModelSource },
): Promise<ReadonlyMap<string, ModelSpec>> {
  const read = new Map<string, ModelSpec>();
  for (const [i, entry] of models.entries()) {
    const { model, draft } = entry;
    const at = <T>(key: string, reading: Promise<T>): Promise<T> =>
      reading.catch((error: unknown) => {
        throw error instanceof InputError
          ? new InputError({ file, key: `models[${i}].${key}` }, error.message, { cause: error })
          : error;
      });
    if (draft !== undefined) {
      const target = await at("model", source.read(model, folder));
      const part = await at("draft", source.readDraft(draft, folder, target));
      read.set(modelKey(entry), withPart(target, part));
    } else if (looksLikePath(model) || modelPreset(model) === undefined) {
      read.set(model, await at("model", source.read(model, folder)));
    }
  }
  return read;
}
