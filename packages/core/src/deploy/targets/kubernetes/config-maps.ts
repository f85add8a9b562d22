import type { KubeObject } from "../../kube/object.ts";
import { labelsOf } from "./labels.ts";
import type { Workload } from "./workloads.ts";

/** What a workload's command reads beside the model; none where it reads nothing. */
export function configMaps(workload: Workload): readonly KubeObject[] {
  const [{ files }] = workload.servers;
  return files.length === 0
    ? []
    : [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: configName(workload), labels: labelsOf(workload) },
          data: Object.fromEntries(files.map(({ path, text }) => [configKey(path), text])),
        },
      ];
}

export function configName({ name }: Workload): string {
  return `${name}-config`;
}

/** The key of a server's file in its ConfigMap. */
export function configKey(path: string): string {
  return path.split("/").at(-1) ?? path;
}
