import { InputError, type InventoryDocument, type PlanDocument } from "@berth/core";
import {
  type NamedMetrics,
  type WatchDocument,
  type WatchSource,
  watchPlan,
} from "@berth/core/verify";
import { readInventory } from "../io/inventory-sources.ts";
import { fetchMetrics } from "../io/metrics-source.ts";
import type { Terminal } from "../io/terminal.ts";
import { ToolError } from "../tool-error.ts";
import { type Endpoint, endpointName, type LaunchedHere, launchedHere } from "./launched-here.ts";

export interface Watching {
  readonly plan: PlanDocument;
  /** Inventory sources, one host each. */
  readonly sources: readonly string[];
  /** Endpoints that the user names. */
  readonly endpoints: readonly Endpoint[];
  /** Where berth launch writes down what it started here. */
  readonly stateFolder: string;
  readonly nearBytes: number | undefined;
}

export interface Sample {
  readonly document: WatchDocument;
  /** A host or an endpoint that the user names could not be asked. */
  readonly isPartial: boolean;
}

/**
 * Looks once at every host and endpoint, all at the same time. One that does not answer is said to be down; what
 * the user got wrong is thrown.
 */
export async function takeSample(
  { plan, sources, endpoints, stateFolder, nearBytes }: Watching,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Sample> {
  const here = sources.includes("local") ? await launchedHere(stateFolder) : NOTHING;
  const named = new Set(endpoints.map(({ url }) => url));
  const found = here.endpoints.filter(
    ({ url, of }) =>
      !named.has(url) &&
      plan.deployments.some((one) => one.model === of?.model && one.replica === of.replica),
  );
  const [hosts, metrics] = await Promise.all([
    Promise.all(sources.map((source) => askHost(source, terminal, signal))),
    Promise.all([...endpoints, ...found].map(askEndpoint)),
  ]);
  const inventory: InventoryDocument = {
    schema: "berth/inventory@1",
    hosts: hosts.flatMap((one) => one.value?.hosts ?? []),
    warnings: [],
  };
  const own = metrics.slice(0, endpoints.length);
  return {
    document: watchPlan(plan, {
      at: new Date().toISOString(),
      inventory,
      metrics: metrics.flatMap(({ value }) => value ?? []),
      sources: [...hosts, ...metrics].map(({ source }) => source),
      ownerOf: here.ownerOf,
      nearBytes,
    }),
    isPartial: [...hosts, ...own].some(({ source }) => !source.isUp),
  };
}

const NOTHING: LaunchedHere = { ownerOf: () => undefined, endpoints: [] };

interface Asked<Value> {
  readonly source: WatchSource;
  readonly value?: Value;
}

async function askHost(
  name: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Asked<InventoryDocument>> {
  const request = { sources: [name], topology: undefined, folder: terminal.cwd };
  try {
    const value = await readInventory({ ...request, withLinks: false, signal }, terminal);
    return { source: { name, isUp: true }, value };
  } catch (error) {
    const isAsked = name === "local" || name.startsWith("ssh:");
    if (error instanceof ToolError || (isAsked && error instanceof InputError)) {
      return { source: { name, isUp: false, problem: error.message } };
    }
    throw error;
  }
}

/** An engine that answers, and says nothing of its KV cache until it had a request, is up. */
async function askEndpoint(endpoint: Endpoint): Promise<Asked<NamedMetrics>> {
  const { url, of } = endpoint;
  const name = endpointName(endpoint);
  try {
    const readings = await fetchMetrics(url);
    const value = { name: url, readings, ...(of === undefined ? {} : { of }) };
    return { source: { name, isUp: true }, value };
  } catch (error) {
    if (error instanceof ToolError || error instanceof InputError) {
      const isUp = error instanceof InputError;
      return { source: { name, isUp, problem: error.message } };
    }
    throw error;
  }
}
