import { cardsByHost, gpusOf } from "../deploy/host-plan.ts";
import type { TargetId } from "../deploy/targets/target-id.ts";
import type { LaunchPart } from "./launch-part.ts";

/**
 * Why a launch can't start these parts on a host: a sentence each that says what to run instead. Empty where it can.
 * To be asked of parts that can be rendered, before anything is written or started.
 */
export function launchRefusals(parts: readonly LaunchPart[], host: string): readonly string[] {
  return parts.flatMap((part) => {
    const { target } = part;
    const command = target === undefined ? undefined : OTHERS_START[target];
    if (target !== undefined && command !== undefined) {
      return [
        `berth launch starts no ${target}: write the files with berth render PLAN --target ${target} --out DIR, then ${command}`,
      ];
    }
    return overHosts(part, host);
  });
}

/** What starts a bundle where something else than Berth keeps its processes; undefined where a launch does. */
const OTHERS_START: Readonly<Record<TargetId, string | undefined>> = {
  "trtllm-serve": undefined,
  "triton-engine": undefined,
  "triton-llmapi": undefined,
  vllm: undefined,
  sglang: undefined,
  "llama-cpp": undefined,
  scripts: undefined,
  compose: undefined,
  // a cluster starts these, which is asked by another way
  kubernetes: undefined,
  systemd: "run install.sh in DIR and systemctl enable --now berth.target",
  dynamo: "run kubectl apply -k DIR",
  "ray-serve": "run serve deploy serve.yaml in DIR, on the nodes that its README starts",
  slurm: undefined,
};

/** A launch knows one host; the parts of a server on the others would never come. */
function overHosts({ plan }: LaunchPart, host: string): readonly string[] {
  return plan.deployments.flatMap((deployment) => {
    const hosts = cardsByHost(gpusOf(plan, deployment)).map(([card]) => card?.host ?? "");
    return hosts.length > 1 && hosts.includes(host)
      ? [
          `berth launch starts what lies on one host, and ${deployment.model} lies on ${hosts.join(" and ")}: ` +
            "write the files with berth render and run start-all.sh on each host",
        ]
      : [];
  });
}
