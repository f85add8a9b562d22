import type { PlanDeployment, PlanDocument } from "../documents/plan-document.ts";
import { InputError } from "../report/errors.ts";
import { isSame, namedIn, nameOf } from "./engine-name.ts";
import type { NamedMetrics } from "./measurements.ts";
import type { MetricsReading } from "./metrics/metrics-reading.ts";

/** A reading and the engine of the plan that it is of. */
export interface MatchedReading {
  readonly name: string;
  readonly reading: MetricsReading;
  readonly deployment: PlanDeployment;
}

/**
 * Which engine of the plan each KV cache is of: as the user says, the only one of its engine, or by the server's name
 * for the model. Throws an InputError where several are left, or none.
 */
export function matchMetrics(
  plan: PlanDocument,
  metrics: readonly NamedMetrics[],
): readonly MatchedReading[] {
  return metrics.flatMap((one) =>
    one.readings
      .filter(({ id }) => id !== "used")
      .map((reading) => ({
        name: one.name,
        reading,
        deployment: deploymentOf(plan, one, reading),
      })),
  );
}

function deploymentOf(
  { deployments }: PlanDocument,
  { name, of }: NamedMetrics,
  reading: MetricsReading,
): PlanDeployment {
  const named = of === undefined ? undefined : deployments.find((one) => isSame(one, of));
  const fits = deployments.filter(({ engine }) => isOfEngine(reading.engine, engine.id));
  const { model = "" } = reading;
  const byName = namedIn(model, fits);
  const bySource = fits.filter(({ source }) => model !== "" && source === model);
  const [found] = named
    ? [named]
    : ([byName, bySource, fits].find(({ length }) => length === 1) ?? []);
  if (found === undefined) {
    throw new InputError(
      { file: name },
      fits.length === 0
        ? `expected metrics of an engine of the plan, got those of ${reading.engine ?? "none"}`
        : `may be the metrics of ${fits.map(nameOf).join(" or ")}; say which with --metrics MODEL=URL`,
    );
  }
  return found;
}

/** Triton prints the same of its LLM-API models. */
function isOfEngine(
  read: MetricsReading["engine"],
  planned: PlanDeployment["engine"]["id"],
): boolean {
  return read === planned || (read === "tensorrt-llm-engine" && planned === "tensorrt-llm");
}
