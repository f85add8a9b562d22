import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { EngineLauncher } from "./engine-launcher.ts";
import type { ModelFiles } from "./engine-server.ts";

/** What a deployment's model files are, and which must be made first where its own won't do. */
export function modelFiles(
  deployment: PlanDeployment,
  { modelNeed, sourceText = (source) => source }: EngineLauncher,
): ModelFiles {
  const source = sourceText(deployment.source);
  const need = modelNeed(deployment);
  return { source, isPath: isPath(source), ...(need === undefined ? {} : { need }) };
}

/** True where the model's own files hold other weights than the plan counts on. */
export function needsConversion({
  quantization,
  storedQuantization,
}: Pick<PlanDeployment, "quantization" | "storedQuantization">): boolean {
  return quantization !== storedQuantization;
}

/** A Hub id has at most one slash, starts with a letter or a digit, and is no file; all else is a path on the hosts. */
export function isPath(source: string): boolean {
  const isFile = source.toLowerCase().endsWith(".gguf");
  return isFile || !/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(source);
}
