import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import { formatCount, formatGib } from "../units/format.ts";
import { bytes } from "../units/units.ts";
import type { FleetRequirement, Written } from "./requirement.ts";

/** What holds on every card, in the order in which people would change it. A new policy is one entry here. */
export const FLEET_REQUIREMENTS: readonly FleetRequirement[] = [
  {
    kind: "sharing",
    about: "cards",
    said: ({ models }) =>
      models.some(({ isExclusiveByPolicy }) => isExclusiveByPolicy)
        ? "no two models on a card"
        : undefined,
    modelWithout: (model) => (model.isExclusiveByPolicy ? { ...model, isExclusive: false } : model),
  },
  {
    kind: "powerBudgetW",
    about: "cards",
    said: ({ fleet }) => {
      const budgets = (fleet.hosts ?? []).flatMap(({ name, powerBudgetW }) =>
        powerBudgetW === undefined ? [] : [`${formatCount(powerBudgetW)} W on ${name}`],
      );
      return budgets.length === 0 ? undefined : `a power budget of ${budgets.join(", ")}`;
    },
    hostWithout: ({ powerBudgetW: _, ...host }) => host,
  },
  {
    kind: "hostMemory",
    about: "cards",
    said: ({ fleet }) => limitSaid(fleet, "memory", "host memory"),
    hostWithout: ({ memory: _, ...host }) => host,
  },
  {
    kind: "disk",
    about: "cards",
    said: ({ fleet }) => limitSaid(fleet, "disk", "disk"),
    hostWithout: ({ disk: _, ...host }) => host,
  },
  {
    kind: "reserve",
    about: "memory",
    said: (written) =>
      mostOf(written, "reserve", (most, isEach) =>
        isEach ? `a reserve of ${most} on each card` : `a reserve of up to ${most} on a card`,
      ),
    gpuWithout: (gpu) => ({ ...gpu, reserve: bytes(0) }),
  },
  {
    kind: "others",
    about: "memory",
    said: (written) =>
      mostOf(written, "usedByOthers", (most) => `up to ${most} on a card for other processes`),
    gpuWithout: (gpu) => ({ ...gpu, usedByOthers: bytes(0) }),
  },
];

/** "60.00 GiB of disk on box1" */
function limitSaid(
  { hosts = [] }: Fleet,
  key: "memory" | "disk",
  what: string,
): string | undefined {
  const said = hosts.flatMap((host) => {
    const limit = host[key];
    return limit === undefined ? [] : [`${formatGib(limit)} of ${what} on ${host.name}`];
  });
  return said.length === 0 ? undefined : said.join(", ");
}

function mostOf(
  { fleet }: Written,
  key: keyof Pick<FleetGpu, "reserve" | "usedByOthers">,
  say: (most: string, isEach: boolean) => string,
): string | undefined {
  const most = fleet.gpus.reduce((a, gpu) => Math.max(a, gpu[key]), 0);
  const isEach = fleet.gpus.every((gpu) => gpu[key] === most);
  return most === 0 ? undefined : say(formatGib(most), isEach);
}
