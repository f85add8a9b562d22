import { dnsNames } from "../../kube/names.ts";
import type { RenderOptions } from "../../render-options.ts";
import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";
import { madeFiles, modelsFolder } from "../kubernetes/model-storage.ts";

/** One model of an application, with all its replicas. */
export interface RayModel {
  /** Equal servers, one a replica; the first stands for all. */
  readonly servers: readonly [EngineServer, ...EngineServer[]];
  /** A path on the nodes, or a Hub id. */
  readonly source: string;
  /** Name of the resource that the nodes have for this model, one for each of its cards. */
  readonly resource: string;
}

/** In start order of the first replicas. */
export function rayModels(
  hosts: readonly ServerHost[],
  options: RenderOptions,
): readonly RayModel[] {
  const servers = [...new Set(hosts.flatMap((host) => host.servers))];
  const names = [...new Set(servers.map(({ deployment }) => deployment.model))];
  const labels = dnsNames(names);
  return names.flatMap((name) => {
    const [first, ...rest] = servers.filter(({ deployment }) => deployment.model === name);
    return first === undefined
      ? []
      : [
          {
            servers: [first, ...rest],
            source:
              first.model.need === undefined
                ? first.model.source
                : madeFiles(first, modelsFolder(options)),
            resource: `berth_${(labels.get(name) ?? "").replaceAll("-", "_")}`,
          },
        ];
  });
}
