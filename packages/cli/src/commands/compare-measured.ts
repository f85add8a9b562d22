import type { InventoryDocument, PlanDocument } from "@berth/core";
import {
  compareWithPlan,
  type NamedLog,
  type NamedMetrics,
  type VerifyDocument,
} from "@berth/core/verify";
import { engineSource } from "../io/engine-source.ts";
import { readInventory } from "../io/inventory-sources.ts";
import { readLogFile } from "../io/log-file.ts";
import { fetchMetrics } from "../io/metrics-source.ts";
import type { Terminal } from "../io/terminal.ts";

/** What a plan is held against, as the user wrote it. */
export interface Measuring {
  /** "[MODEL=]FILE" */
  readonly logs: readonly string[];
  /** "[MODEL=]URL" */
  readonly metrics: readonly string[];
  readonly sources: readonly string[];
}

/** Planned against measured. Throws an InputError for what can't be read, a ToolError for what does not answer. */
export async function compareMeasured(
  plan: PlanDocument,
  given: Measuring,
  terminal: Pick<Terminal, "stdin" | "cwd" | "remark">,
): Promise<VerifyDocument> {
  const logs = await readLogs(plan, given.logs, terminal);
  const metrics = await readEndpoints(plan, given.metrics);
  const inventory = await inventoryOf(given, terminal);
  return compareWithPlan(plan, {
    logs,
    metrics,
    ...(inventory === undefined ? {} : { inventory }),
  });
}

async function readLogs(
  plan: PlanDocument,
  given: readonly string[],
  terminal: Pick<Terminal, "stdin" | "cwd">,
): Promise<readonly NamedLog[]> {
  const sizes = new Set(plan.deployments.map(({ tp }) => tp));
  const [commonTp] = sizes.size === 1 ? sizes : [];
  const logs: NamedLog[] = [];
  for (const one of given) {
    const { place, of } = engineSource("log", one, plan.deployments);
    const owner = plan.deployments.find(
      ({ model, replica }) => model === of?.model && replica === of.replica,
    );
    const tp = owner?.tp ?? commonTp;
    const origin = {
      ...(owner === undefined ? {} : { engine: owner.engine.id }),
      ...(tp === undefined ? {} : { tp }),
    };
    const report = await readLogFile(place, origin, terminal);
    logs.push({ name: place, report, ...(of === undefined ? {} : { of }) });
  }
  return logs;
}

function readEndpoints(
  plan: PlanDocument,
  given: readonly string[],
): Promise<readonly NamedMetrics[]> {
  return Promise.all(
    given.map(async (one) => {
      const { place, of } = engineSource("metrics", one, plan.deployments);
      const readings = await fetchMetrics(place);
      return { name: place, readings, ...(of === undefined ? {} : { of }) };
    }),
  );
}

async function inventoryOf(
  { sources }: Measuring,
  terminal: Pick<Terminal, "stdin" | "cwd" | "remark">,
): Promise<InventoryDocument | undefined> {
  return sources.length === 0
    ? undefined
    : readInventory({ sources, topology: undefined, folder: terminal.cwd }, terminal);
}
