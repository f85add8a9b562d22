import { dirname, resolve } from "node:path";
import type { FleetFile, PlanDocument } from "@berth/core";
import { readInventory } from "../io/inventory-sources.ts";
import { createModelSource } from "../io/model-source.ts";
import { tracesIn } from "../io/plan-parts.ts";
import { readStream, readText } from "../io/read-text.ts";
import { type SearchWatch, watchSearch } from "../io/search-watch.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { NO_HOSTS, ownSources, withSources } from "./fleet-cards.ts";
import {
  type FleetCards,
  type FleetText,
  type PlanReaders,
  type PlanWish,
  planFleetText,
} from "./plan-fleet-text.ts";

/** A fleet file of 4,000 cards and 400 models is below 1 MB. */
export const MAX_FLEET_BYTES = 20_000_000;

export interface FleetRequest extends PlanWish {
  /** The fleet file as the user wrote it; "-" is stdin. */
  readonly fleet: string;
  /** Inventory sources that stand for the fleet file's own; none leaves those. */
  readonly sources: readonly string[];
  readonly topology: string | undefined;
  /** The longest file that is read, where it may be another than a fleet file. */
  readonly mostBytes?: number;
}

/** The plan of a fleet file. Paths in it are relative to it; those of the request, to where berth runs. */
export function solveFleet(request: FleetRequest, terminal: Terminal): Promise<PlanDocument> {
  return withFleet(request, terminal, (text, readers) => planFleetText(text, request, readers));
}

/** The same for whatever is made of a fleet file: its text, and how what it names is read. */
export async function withFleet<T>(
  request: Pick<FleetRequest, "fleet" | "sources" | "topology" | "mostBytes">,
  terminal: Terminal,
  make: (text: FleetText, readers: PlanReaders) => Promise<T>,
): Promise<T> {
  if (request.fleet === "-" && request.sources.includes("-")) {
    throw new UsageError("stdin (-) can be read once only");
  }
  const file = request.fleet === "-" ? "stdin" : request.fleet;
  const folder =
    request.fleet === "-" ? terminal.cwd : dirname(resolve(terminal.cwd, request.fleet));
  const text = await readFleet(request, terminal);
  const place = { file, folder };
  let watch: SearchWatch | undefined;
  try {
    return await make(
      { file, text, folder },
      {
        cards: (written) => cardsOf(written, place, { request, terminal }),
        models: createModelSource(),
        traces: tracesIn,
        watch: () => {
          watch = watchSearch(terminal);
          const { signal, onProgress, pause } = watch;
          return { signal, onProgress, pause };
        },
      },
    );
  } finally {
    watch?.close();
  }
}

function readFleet(
  { fleet, mostBytes: maxBytes = MAX_FLEET_BYTES }: Pick<FleetRequest, "fleet" | "mostBytes">,
  terminal: Terminal,
): Promise<string> {
  return fleet === "-"
    ? readStream("stdin", terminal.stdin, maxBytes)
    : readText({ path: resolve(terminal.cwd, fleet), name: fleet, maxBytes });
}

interface Asking {
  readonly request: Pick<FleetRequest, "sources" | "topology">;
  readonly terminal: Terminal;
}

async function cardsOf(
  written: FleetFile,
  { file, folder }: { readonly file: string; readonly folder: string },
  { request, terminal }: Asking,
): Promise<FleetCards> {
  const { cwd } = terminal;
  const given = request.sources.length > 0;
  const fleet = given ? withSources(written, request.sources) : written;
  const sources = ownSources(file, fleet);
  if (sources.length === 0) {
    return { fleet, inventory: NO_HOSTS };
  }
  const { topology } = request;
  const inventory = await readInventory(
    {
      sources,
      topology: topology === undefined ? fleet.topology : resolve(cwd, topology),
      folder: given ? cwd : folder,
    },
    terminal,
  );
  return { fleet, inventory };
}
