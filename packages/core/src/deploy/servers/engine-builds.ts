import type { PlanDocument } from "../../documents/plan-document.ts";
import { hostPlans } from "../host-plan.ts";
import { nameDeployments } from "../names.ts";
import type { RenderOptions } from "../targets/target.ts";
import { buildScript } from "../targets/triton-engine/build-script.ts";
import type { EngineBuild } from "../targets/triton-engine/engine-builds.ts";
import { leaderHosts } from "../targets/triton-engine/leader-files.ts";
import { markdownCode, markdownTable, markdownText } from "../text/markdown.ts";
import type { EngineServer } from "./engine-server.ts";

/** What makes the TensorRT engines of one host. */
export interface HostBuilds {
  readonly host: string;
  /** Folder of the host's files: "" with one host, else "hosts/NAME/". */
  readonly prefix: string;
  readonly script: string;
  readonly builds: readonly EngineBuild[];
}

/** One script a host that runs TensorRT engines; none for plans without any. */
export function hostBuilds(plan: PlanDocument, options: RenderOptions): readonly HostBuilds[] {
  const names = nameDeployments(plan.deployments);
  const prefixes = new Map(hostPlans(plan).map(({ name, prefix }) => [name, prefix]));
  return leaderHosts({ plan, names, options }).map((host) => ({
    host: host.name,
    prefix: prefixes.get(host.name) ?? "",
    script: buildScript(host),
    builds: host.builds,
  }));
}

/** Engines to make before a start; empty where there are none. `how` says where their scripts are run. */
export function enginesSection(hosts: readonly HostBuilds[], how: string): string {
  const rows = hosts.flatMap(({ host, builds }) =>
    builds.map(({ deployment, gpu, engineFolder, modelFolder }) => [
      markdownText(deployment.model),
      markdownText(host),
      gpu.computeCapability,
      markdownCode(modelFolder),
      markdownCode(engineFolder),
    ]),
  );
  return rows.length === 0
    ? ""
    : [
        "## TensorRT engines to make first",
        how,
        `The script makes what is missing, which takes long; done engines are kept, and an engine loads in the TensorRT-LLM and on the compute capability that it was made with.`,
        markdownTable(["Model", "Host", "Made for", "Its own files", "Engine"], rows),
      ].join("\n\n");
}

/** How Triton's servers are asked; empty where there are none. */
export function tritonSection(servers: readonly EngineServer[]): string {
  const first = servers.find(({ triton }) => triton !== undefined);
  return first?.triton === undefined
    ? ""
    : [
        "## Ask Triton",
        `A TensorRT engine is served by a Triton of its own, in leader mode. It takes no OpenAI requests but \`generate\` ones, at its port of the table; gRPC is 1000 above that, metrics 2000 above. It is up when \`curl -f http://127.0.0.1:PORT/v2/health/ready\` succeeds:`,
        `\`\`\`sh\ncurl -s http://127.0.0.1:${first.port}/v2/models/${first.triton.name}/generate -d '{"text_input": "Berths are", "max_tokens": 16}'\n\`\`\``,
        "The router `litellm` translates OpenAI's requests for it.",
      ].join("\n\n");
}

/** Lines of a README's list of files; none where there are no engines. */
export function engineFilesLine(hosts: readonly HostBuilds[], folder = "triton/*/"): string {
  return hosts.length === 0
    ? ""
    : `- \`build.sh\`: makes the TensorRT engines; \`${folder}\`: what each Triton starts from\n`;
}
