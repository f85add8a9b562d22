import type { Derived } from "./explained-number.ts";
import type { PlanDocument, PlanGpu } from "./plan-document.ts";
import type { PlanHost, PlanHostSum } from "./plan-host.ts";

/** What is left of the limits of the hosts that these cards are on. */
export function hostNumbers(
  plan: PlanDocument,
  gpus: readonly PlanGpu[],
): readonly (Derived & { readonly subject: string })[] {
  return plan.hosts
    .filter(({ name }) => gpus.some(({ host }) => host === name))
    .flatMap((host) => numbersOf(host).map((number) => ({ ...number, subject: host.name })));
}

function numbersOf({ power, memory, disk }: PlanHost): readonly Derived[] {
  return [
    ...(power === undefined
      ? []
      : [
          {
            id: "power-left",
            value: power.budgetW - power.plannedW,
            unit: "W",
            law: "power_budget - power_planned",
            values: { power_budget: power.budgetW, power_planned: power.plannedW },
          },
        ]),
    ...(memory === undefined
      ? []
      : [sumNumber("host-memory-left", memory, "host_memory - largest_load")]),
    ...(disk === undefined ? [] : [sumNumber("disk-left", disk, "disk - files")]),
  ];
}

/** The law is "what there is - what is planned". */
function sumNumber(id: string, { bytes, plannedBytes }: PlanHostSum, law: string): Derived {
  const [has = "", planned = ""] = law.split(" - ");
  const value = bytes - plannedBytes;
  return { id, value, unit: "byte", law, values: { [has]: bytes, [planned]: plannedBytes } };
}
