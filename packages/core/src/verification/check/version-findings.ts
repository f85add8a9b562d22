import type { PlanHost } from "../../documents/plan-host.ts";
import type { InventoryHost } from "../../inventory/inventory-document.ts";
import type { CheckFinding } from "./check-document.ts";

/**
 * Another driver or CUDA version than when the plan was made. An older one, or another branch of the driver (580 after
 * 570), breaks the plan: contexts and the memory that the driver keeps change with it. A newer one of the branch is noted.
 */
export function versionFindings(
  planned: PlanHost,
  host: InventoryHost,
): { readonly problems: readonly CheckFinding[]; readonly notes: readonly CheckFinding[] } {
  const driver = changed("driver-changed", planned.name, planned.driverVersion, host.driverVersion);
  const cuda = changed("cuda-changed", planned.name, planned.cudaVersion, host.cudaVersion);
  const isOtherBranch = branch(planned.driverVersion) !== branch(host.driverVersion);
  const breaks = {
    driver: isOtherBranch || isOlder(planned.driverVersion, host.driverVersion),
    cuda: isOlder(planned.cudaVersion, host.cudaVersion),
  };
  return {
    problems: [...(breaks.driver ? driver : []), ...(breaks.cuda ? cuda : [])],
    notes: [...(breaks.driver ? [] : driver), ...(breaks.cuda ? [] : cuda)],
  };
}

function changed(
  code: "driver-changed" | "cuda-changed",
  host: string,
  planned: string | undefined,
  found: string | undefined,
): readonly CheckFinding[] {
  return planned === undefined || found === undefined || planned === found
    ? []
    : [{ code, host, planned, found }];
}

function branch(version: string | undefined): string | undefined {
  return version?.split(".", 1)[0];
}

/** "580.65.06" before "580.159": part by part, as numbers. */
function isOlder(planned: string | undefined, found: string | undefined): boolean {
  if (planned === undefined || found === undefined) {
    return false;
  }
  const [then, now] = [planned.split(".").map(Number), found.split(".").map(Number)];
  const at = then.findIndex((part, i) => part !== (now[i] ?? 0));
  return at >= 0 && (now[at] ?? 0) < (then[at] ?? 0);
}
