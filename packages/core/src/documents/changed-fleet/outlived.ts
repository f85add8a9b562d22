import type { PlanDocument } from "../plan-document.ts";
import type { FleetState } from "./whatif-document.ts";

/** How many of the models that are to outlive a loss do so in a plan, and why the others don't; nothing where none is to. */
export function outlivedOf(
  plan: PlanDocument,
  mortal: readonly string[],
): Pick<FleetState, "toOutlive" | "outlive" | "notOutlived"> {
  if (mortal.length === 0) {
    return {};
  }
  const notOutlived = mortal.flatMap((model) => {
    const text = whyNot(plan, model);
    return text === undefined ? [] : [{ model, text }];
  });
  return {
    toOutlive: mortal.length,
    outlive: mortal.length - notOutlived.length,
    ...(notOutlived.length === 0 ? {} : { notOutlived }),
  };
}

/** Undefined where the plan says that the model goes on after a loss. */
function whyNot(plan: PlanDocument, model: string): string | undefined {
  const own = plan.deployments.filter((deployment) => deployment.model === model);
  if (own.length === 0) {
    const reasons = plan.unplaced.find((one) => one.model === model)?.reasons ?? [];
    return reasons[0]?.text ?? "It has no place.";
  }
  if (own.some(({ survives }) => survives === undefined)) {
    return "The plan that runs was not made for that.";
  }
  const asked = plan.workloads?.find((one) => one.model === model)?.requestsPerSecond ?? 0;
  const isCarried = own.every(
    ({ serves, survives }) =>
      asked === 0 || serves === undefined || (survives?.requestsPerSecond ?? 0) >= asked,
  );
  return isCarried ? undefined : "It answers after a loss, but does not carry its rate then.";
}
