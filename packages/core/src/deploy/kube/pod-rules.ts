import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { RefusalReason } from "../refusal.ts";
import { isPath } from "../servers/model-files.ts";

/** Kubernetes mounts absolute paths only, without ".." and ":". */
export function pathIsMounted({ model, source }: PlanDeployment): readonly RefusalReason[] {
  const isMounted = source.startsWith("/") && !source.split("/").includes("..");
  return !isPath(source) || (isMounted && !source.includes(":"))
    ? []
    : [{ code: "path-not-mounted", model, source }];
}
