import type { Fleet } from "../../hardware/fleet.ts";
import { InputError } from "../../report/errors.ts";
import type { FleetFile } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";

/**
 * What a plan that runs has beyond the fleet that it is compared with, as sentences. Throws an InputError for one that
 * has no model of the fleet file: it is another fleet's.
 */
export function runningMismatch(
  { deployments }: PlanDocument,
  { file, fleet }: { readonly file: string; readonly fleet: FleetFile },
  { gpus }: Fleet,
): readonly string[] {
  const names = fleet.models.map(({ name }) => name);
  const running = [...new Set(deployments.map(({ model }) => model))];
  const gone = running.filter((name) => !names.includes(name));
  if (running.length > 0 && gone.length === running.length) {
    throw new InputError(
      { file },
      `expected the fleet file of the plan, which runs ${running.join(", ")}, got one of ${names.join(", ")}`,
    );
  }
  const known = new Set(gpus.map(({ id }) => id));
  const used = [...new Set(deployments.flatMap((one) => one.gpus))];
  const strange = used.filter((id) => !known.has(id));
  return [
    ...(gone.length === 0
      ? []
      : [`the plan runs ${gone.join(", ")}, which the fleet file does not have`]),
    ...(strange.length === 0
      ? []
      : [
          `the plan uses ${strange.join(", ")}, which the fleet does not have: what is called before is the plan on those cards`,
        ]),
  ];
}
