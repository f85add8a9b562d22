import { dirname, resolve } from "node:path";
import type { ModelSpec, PlanDocument } from "@berth/core";
import { parseTrace, type Trace } from "@berth/core/capacity";
import { createModelSource } from "./model-source.ts";
import { readText } from "./read-text.ts";
import type { Terminal } from "./terminal.ts";

/** Models by the sources of the plan's deployments; paths are relative to where berth runs. */
export async function modelsOfPlan(
  plan: PlanDocument,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<ReadonlyMap<string, ModelSpec>> {
  const source = createModelSource();
  const names = [...new Set(plan.deployments.map((deployment) => deployment.source))];
  const read = await Promise.all(
    names.map(async (name) => [name, await source.read(name, cwd)] as const),
  );
  return new Map(read);
}

/** Ten million lines of 40 characters. */
export const MAX_TRACE_BYTES = 400_000_000;

/** The traces that a plan's workloads name; paths are relative to the plan. */
export function tracesOfPlan(
  file: string,
  plan: PlanDocument,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<ReadonlyMap<string, Trace>> {
  const folder = file === "-" ? cwd : dirname(resolve(cwd, file));
  return tracesIn(
    folder,
    (plan.workloads ?? []).flatMap(({ trace }) => trace ?? []),
  );
}

/** Traces by the names that files of this folder give them. */
export async function tracesIn(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Trace>> {
  const traces = new Map<string, Trace>();
  for (const name of new Set(names)) {
    const path = resolve(folder, name);
    traces.set(name, parseTrace(name, await readText({ path, name, maxBytes: MAX_TRACE_BYTES })));
  }
  return traces;
}
