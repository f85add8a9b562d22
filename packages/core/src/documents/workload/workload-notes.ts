import type { FleetFile } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { PlanWorkload } from "./plan-workload.ts";
import type { Trace } from "./trace.ts";

/** A fleet file's workloads as its plan was made for them, with the traces that were read. */
export interface PlannedWorkloads {
  readonly fleet: FleetFile;
  readonly workloads: readonly PlanWorkload[];
  readonly traces?: ReadonlyMap<string, Trace> | undefined;
}

/** The plan with a warning for each placed model whose workload says too little to plan for. */
export function withWorkloadNotes(plan: PlanDocument, asked: PlannedWorkloads): PlanDocument {
  const placed = new Set(plan.deployments.map(({ model }) => model));
  const notes = asked.workloads
    .filter((own) => placed.has(own.model) && isRead(own, asked))
    .flatMap((own) => noteOf(own, asked));
  return notes.length === 0 ? plan : { ...plan, warnings: [...plan.warnings, ...notes] };
}

/** Of a trace that was not read nobody knows what it says. */
function isRead({ trace }: PlanWorkload, { traces }: PlannedWorkloads): boolean {
  return trace === undefined || traces?.has(trace) === true;
}

function noteOf(own: PlanWorkload, { fleet }: PlannedWorkloads): readonly string[] {
  const { model, requestsPerSecond, prompt, output, trace } = own;
  const written = fleet.models.find(({ name }) => name === model);
  if (requestsPerSecond === undefined && written?.concurrency === undefined) {
    const why =
      trace === undefined
        ? `${model} has no rate`
        : `${model} has no rate, since all requests of ${trace} come at one time`;
    return [`${why}: each replica is planned for one sequence at a time, as without a workload`];
  }
  const lacks = [
    ...(prompt === undefined ? ["prompts"] : []),
    ...(output === undefined ? ["outputs"] : []),
  ];
  return requestsPerSecond !== undefined && lacks.length > 0
    ? [
        `${model} has a rate, but no lengths of ${lacks.join(" and ")}: it is planned as without a workload`,
      ]
    : [];
}
