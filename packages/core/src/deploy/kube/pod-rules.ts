import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { RefusalReason } from "../refusal.ts";
import { isPath } from "../servers/model-files.ts";

/** Kubernetes mounts absolute paths only, without ".." and ":". */
export function pathIsMounted({ model, source, draft }: PlanDeployment): readonly RefusalReason[] {
  return [source, draft?.source ?? ""]
    .filter((each) => each !== "" && isPath(each) && !isMountable(each))
    .map((each) => ({ code: "path-not-mounted", model, source: each }));
}

function isMountable(source: string): boolean {
  return source.startsWith("/") && !source.split("/").includes("..") && !source.includes(":");
}
