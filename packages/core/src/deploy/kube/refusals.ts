import type { EngineId } from "../../engine/engine.ts";
import { insteadText, spanningText } from "../text/instead.ts";
import { visible } from "../text/visible.ts";

/** Why a plan can't be written for Kubernetes or for what runs on several nodes like it. */
export type KubeRefusalReason =
  | { readonly code: "no-node-name"; readonly host: string }
  | {
      readonly code: "cards-not-given";
      readonly host: string;
      /** What gives the cards, and by what rule. */
      readonly by: string;
      readonly problem: string;
      readonly instead: string;
    }
  | { readonly code: "no-mps"; readonly models: readonly string[]; readonly problem: string }
  | { readonly code: "path-not-mounted"; readonly model: string; readonly source: string }
  | {
      readonly code: "not-over-pods";
      readonly model: string;
      readonly engine: EngineId;
      readonly hosts: readonly string[];
      readonly problem: string;
      readonly instead?: string;
    }
  | {
      readonly code: "no-image";
      readonly model: string;
      readonly engine: EngineId;
      readonly version: string;
      /** Who makes the images, and the versions that they hold. */
      readonly by: string;
      readonly has: readonly string[];
      /** The target that takes the whole plan, if one does. */
      readonly instead: string | undefined;
    }
  | {
      readonly code: "not-carried";
      readonly models: readonly string[];
      readonly problem: string;
      /** The target that takes the whole plan, if one does. */
      readonly instead: string | undefined;
    };

type TextOf = {
  readonly [Code in KubeRefusalReason["code"]]: (
    reason: Extract<KubeRefusalReason, { readonly code: Code }>,
  ) => string;
};

export const KUBE_TEXTS: TextOf = {
  "no-node-name": ({ host }) =>
    `no node can be called ${visible(host)}, or two hosts would be one node; ` +
    "give the host its node's name in the fleet file",
  "cards-not-given": ({ host, by, problem, instead }) =>
    `host ${visible(host)}: ${by}, and ${problem}; choose ${instead}`,
  "no-mps": ({ models, problem }) =>
    `${models.map(visible).join(", ")} can't share their cards by MPS: ${problem}; choose time slicing (--kube-sharing time-slicing)`,
  "path-not-mounted": ({ model, source }) =>
    `${visible(model)}: a pod can't mount ${visible(source)}; ` +
    'give a path from the root, without ".." and ":"',
  "not-over-pods": ({ model, hosts, problem, instead }) =>
    `${visible(model)} lies on ${hosts.length} hosts (${hosts.map(visible).join(", ")}): ${problem}; ` +
    spanningText(instead),
  "no-image": ({ model, engine, version, by, has, instead }) =>
    `${visible(model)} is planned for ${engine} ${version}, and ${by} has images with ${has.join(", ")}; ` +
    `plan the model with one of these, or ${insteadText(instead)}`,
  "not-carried": ({ models, problem, instead }) =>
    `${models.map(visible).join(", ")}: ${problem}; ${insteadText(instead)}`,
};
