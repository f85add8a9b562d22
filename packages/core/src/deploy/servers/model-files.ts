import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { EngineLauncher } from "./engine-launcher.ts";
import type { ModelFiles } from "./engine-server.ts";

/** What a deployment's model files are, and why others must be made where they won't do. */
export function modelFiles(
  deployment: PlanDeployment,
  { needsOtherFiles }: EngineLauncher,
): ModelFiles {
  const { source, quantization, storedQuantization } = deployment;
  const files = { source, isPath: isPath(source) };
  if (needsConversion(deployment)) {
    return {
      ...files,
      mustBeSet:
        `a checkpoint in ${quantization}: ` +
        `the model's own files hold ${storedQuantization} (README.md says how to make one)`,
      note: `The plan counts on ${quantization}, the model's own files hold ${storedQuantization}.`,
    };
  }
  const mustBeSet = needsOtherFiles?.(deployment);
  return mustBeSet === undefined ? files : { ...files, mustBeSet };
}

/** True where the model's own files hold other weights than the plan counts on. */
export function needsConversion({
  quantization,
  storedQuantization,
}: Pick<PlanDeployment, "quantization" | "storedQuantization">): boolean {
  return quantization !== storedQuantization;
}

/** A Hub id has at most one slash and starts with no dot; all else is a path on the hosts. */
export function isPath(source: string): boolean {
  return !/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(source);
}
