import type { PlanDocument } from "../plan-document.ts";

/** A plan that runs was corrected by a calibration, and the plans after the changes are not: what differs may be that. */
export function missingCalibration(
  { deployments }: Pick<PlanDocument, "deployments">,
  { calibrate }: { readonly calibrate?: unknown },
): readonly string[] {
  const isCorrected = deployments.some(({ ranks }) =>
    ranks.some(({ terms }) => terms.some(({ published }) => published !== undefined)),
  );
  return isCorrected && calibrate === undefined
    ? [
        "the plan was made with a calibration, which it does not hold: give it again with --calibration, or the plan after the changes counts without it",
      ]
    : [];
}
