import type { Fleet } from "../hardware/fleet.ts";
import type { HostLimit } from "./problem.ts";

/** What the fleet's hosts have in all, as the placement problem states it; nothing where no host says. */
export function hostLimits({ hosts = [] }: Fleet): { readonly hosts?: readonly HostLimit[] } {
  const limits = hosts.flatMap(({ name, powerBudgetW, disk }) =>
    powerBudgetW === undefined && disk === undefined
      ? []
      : [
          {
            host: name,
            ...(powerBudgetW === undefined ? {} : { watts: powerBudgetW }),
            ...(disk === undefined ? {} : { disk }),
          },
        ],
  );
  return limits.length === 0 ? {} : { hosts: limits };
}
