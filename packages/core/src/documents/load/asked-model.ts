import { rulesOf } from "../../engine/registry.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { InputError, shown } from "../../report/errors.ts";
import type { FleetFile } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { PlanInput } from "../plan-problem.ts";
import { plannedModelAt } from "../planned-models.ts";
import { concurrencyFor } from "./concurrency-for.ts";
import type { LoadPoint, LoadSubject } from "./load-types.ts";

/** The fleet file with another load for one model: each of its replicas holds the point's sequences. */
export function withLoad(
  fleet: FleetFile,
  name: string,
  { maxSeqLen, sequences }: LoadPoint,
): FleetFile {
  return {
    ...fleet,
    models: fleet.models.map((model) =>
      model.name === name
        ? {
            ...model,
            maxSeqLen,
            concurrency: concurrencyFor(model, sequences * (model.replicas ?? 1)),
          }
        : model,
    ),
  };
}

/** The model with another load, every default filled in as the planner does it. */
export function modelAt(
  { file, fleet, models: files = new Map(), calibrate }: PlanInput,
  {
    cards,
    name,
  }: { readonly cards: Parameters<typeof plannedModelAt>[3]["cards"]; readonly name: string },
  point: LoadPoint,
): PlannedModel {
  const changed = withLoad(fleet, name, point);
  const place = changed.models.findIndex((model) => model.name === name);
  return plannedModelAt(file, changed, place, { cards, files, calibrate });
}

/** What is known of a model that is asked about. Throws an InputError for one that the plan does not place. */
export function subjectOf(
  { file, fleet }: Pick<PlanInput, "file" | "fleet">,
  plan: PlanDocument,
  model: PlannedModel | undefined,
  name: string,
): LoadSubject {
  const [first] = plan.deployments.filter((deployment) => deployment.model === name);
  const written = fleet.models.find((one) => one.name === name);
  if (model === undefined || written === undefined || first === undefined) {
    const placed = [...new Set(plan.deployments.map((deployment) => deployment.model))];
    throw new InputError(
      { file, key: "models" },
      `expected a model with a place (${placed.join(", ")}), got ${shown(name)}`,
    );
  }
  return {
    model: name,
    replicas: model.replicas,
    engine: first.engine.id,
    maxContext: model.spec.maxContext,
    mostSequences: written.maxBatchSize === undefined ? undefined : first.maxBatchSize,
    knob: KNOBS[rulesOf(model.engine, model.version).kvBase],
    planned: { maxSeqLen: first.maxSeqLen, sequences: first.concurrentSequences },
  };
}

const KNOBS = {
  "of-free": "freeGpuMemFraction",
  "of-total": "gpuMemoryUtilization",
  "of-total-less-others": "gpuMemoryUtilization",
  "of-free-before-load": "memFractionStatic",
  "as-asked": undefined,
} as const;
