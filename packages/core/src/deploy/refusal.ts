import type { EngineId } from "../engine/engine.ts";
import type { DraftMethod } from "../model/model.ts";
import { KUBE_TEXTS, type KubeRefusalReason } from "./kube/refusals.ts";
import { insteadText, spanningText } from "./text/instead.ts";
import { visible } from "./text/visible.ts";

/** Why a plan can't be written for a target, with what the decision was made on. */
export type RefusalReason =
  | KubeRefusalReason
  | { readonly code: "nothing-placed" }
  | { readonly code: "plan-broken"; readonly model: string; readonly problem: string }
  | {
      readonly code: "wrong-engine";
      readonly model: string;
      readonly engine: EngineId;
      readonly needs: EngineId;
      /** The target that takes all engines of the plan, if there is one. */
      readonly instead?: string;
    }
  | {
      readonly code: "spans-hosts";
      readonly model: string;
      readonly hosts: readonly string[];
      /** A target that starts it, if there is one. */
      readonly instead?: string;
    }
  | { readonly code: "text-not-carried"; readonly model: string; readonly field: string }
  | { readonly code: "kv-cache-dtype"; readonly model: string; readonly dtype: string }
  | {
      readonly code: "uneven-stages";
      readonly model: string;
      readonly version: string;
      readonly stageLayers: readonly number[];
    }
  | {
      readonly code: "block-size";
      readonly model: string;
      readonly version: string;
      readonly tokensPerBlock: number;
      /** The one that this version has. */
      readonly only: number;
    }
  | {
      readonly code: "version-too-old";
      readonly engine: EngineId;
      readonly version: string;
      readonly oldest: string;
    }
  | {
      readonly code: "hosts-need-version";
      readonly model: string;
      readonly engine: EngineId;
      readonly version: string;
    }
  | {
      readonly code: "setting-needs-version";
      readonly model: string;
      readonly engine: EngineId;
      readonly version: string;
      /** The fleet file's key. */
      readonly setting: string;
    }
  | {
      readonly code: "draft-method";
      readonly model: string;
      readonly engine: EngineId;
      readonly method: DraftMethod;
    }
  | { readonly code: "uneven-hosts"; readonly model: string; readonly cards: readonly number[] }
  | { readonly code: "mixed-hosts"; readonly model: string }
  | {
      readonly code: "no-job";
      readonly model: string;
      readonly problem: string;
      readonly instead?: string;
    }
  | { readonly code: "path-not-absolute"; readonly model: string; readonly source: string }
  | { readonly code: "name-not-carried"; readonly model: string; readonly character: string }
  | { readonly code: "engine-version"; readonly version: string; readonly last: string }
  | { readonly code: "several-versions"; readonly versions: readonly string[] }
  | {
      readonly code: "mixed-compute-capability";
      readonly model: string;
      readonly capabilities: readonly string[];
    }
  | { readonly code: "loads-together"; readonly mode: string; readonly gpu: string }
  | { readonly code: "leads-itself"; readonly mode: string }
  | {
      readonly code: "bls-tokenizers";
      readonly host: string;
      readonly models: readonly string[];
      readonly tokenizers: number;
    }
  | {
      readonly code: "llmapi-one-server";
      readonly mode: string;
      /** Replicas count. */
      readonly models: number;
    }
  | {
      readonly code: "no-engine-build";
      readonly model: string;
      readonly what: string;
    };

export interface Refusal {
  readonly reason: RefusalReason;
  /** One sentence for people. */
  readonly text: string;
}

export function refusal(reason: RefusalReason): Refusal {
  return { reason, text: refusalText(reason) };
}

const DRAFT_NAMES: Readonly<Record<DraftMethod, string>> = {
  eagle: "EAGLE 1 or 2",
  eagle3: "EAGLE-3",
  medusa: "Medusa",
  model: "a smaller model",
};

type TextOf = {
  readonly [Code in RefusalReason["code"]]: (
    reason: Extract<RefusalReason, { readonly code: Code }>,
  ) => string;
};

const TEXTS: TextOf = {
  ...KUBE_TEXTS,
  "nothing-placed": () => "the plan places no model, so there is nothing to start",
  "plan-broken": ({ model, problem }) => `${visible(model)}: ${problem}`,
  "wrong-engine": ({ model, engine, needs, instead }) =>
    `${visible(model)} is planned for ${engine}, and this target starts ${needs} only; ` +
    `${insteadText(instead)}, or plan the model with the engine ${needs}`,
  "spans-hosts": ({ model, hosts, instead }) =>
    `${visible(model)} lies on ${hosts.length} hosts (${hosts.map(visible).join(", ")}), ` +
    `and this target starts a model on one host only; ${spanningText(instead)}`,
  "text-not-carried": ({ model, field }) =>
    `${visible(model)}: ${field} holds a NUL character, which no script can carry`,
  "kv-cache-dtype": ({ model, dtype }) => `${visible(model)}: this engine has no ${dtype} KV cache`,
  "uneven-stages": ({ model, version, stageLayers }) =>
    `${visible(model)}: pipeline stages of ${stageLayers.join(", ")} layers are uneven, ` +
    `and this engine in version ${version} can't be told so`,
  "setting-needs-version": ({ model, engine, version, setting }) =>
    `${visible(model)}: ${engine} ${version} can't be told ${setting} in this target's words; ` +
    "plan the model with a newer version, or without it",
  "draft-method": ({ model, engine, method }) =>
    `${visible(model)}: ${engine} has no drafts of the kind ${DRAFT_NAMES[method]}; plan the model with another draft, or without`,
  "block-size": ({ model, version, tokensPerBlock, only }) =>
    `${visible(model)}: the plan has ${tokensPerBlock} tokens a KV block, ` +
    `and this engine in version ${version} has ${only} and can't be told otherwise`,
  "version-too-old": ({ engine, version, oldest }) =>
    `${engine} ${version} takes other settings than this target writes; ` +
    `plan the models with version ${oldest} or a newer one`,
  "hosts-need-version": ({ model, engine, version }) =>
    `${visible(model)} lies on several hosts, which ${engine} ${version} spans through a Ray cluster only; ` +
    "plan it with a newer version, or on one host",
  "uneven-hosts": ({ model, cards }) =>
    `${visible(model)} has ${cards.join(" and ")} cards on its hosts, ` +
    "and its engine starts the same number of processes on each",
  "mixed-hosts": ({ model }) =>
    `${visible(model)}: its ranks go back and forth between hosts, and its engine numbers them host by host`,
  "no-job": ({ model, problem, instead }) =>
    `${visible(model)} is no Slurm job: ${problem}; ${spanningText(instead)}`,
  "path-not-absolute": ({ model, source }) =>
    `${visible(model)}: its files are at ${visible(source)}, and a container is given absolute paths without ".." only`,
  "name-not-carried": ({ model, character }) =>
    `${visible(model)} holds a "${character}", which its engine reads as the end of a name`,
  "engine-version": ({ version, last }) =>
    `TensorRT-LLM ${version} has no TensorRT engines any more; plan the models with ` +
    `tensorrt-llm and use the target trtllm-serve, or with a version up to ${last}`,
  "several-versions": ({ versions }) =>
    `one Triton server runs one TensorRT-LLM, and the plan has ${versions.join(", ")}`,
  "mixed-compute-capability": ({ model, capabilities }) =>
    `${visible(model)}: an engine runs on the compute capability that it was built on, ` +
    `and its cards have ${capabilities.join(" and ")}`,
  "loads-together": ({ mode, gpu }) =>
    `with ${mode} all models load at once, and on ${visible(gpu)}, which several share, the plan counts on their ` +
    "order; use orchestrator or leader, which load one after the other",
  "leads-itself": ({ mode }) =>
    `${mode} is for one Triton with all models of a host, and this target gives each TensorRT engine a Triton of its own; ` +
    "leave the mode out, or use the target triton-engine",
  "bls-tokenizers": ({ host, models, tokenizers }) =>
    `TensorRT-LLM's BLS model calls one pair of text models by fixed names, and the models of one Triton on ${visible(host)} ` +
    `(${models.map(visible).join(", ")}) have ${tokenizers} tokenizers; leave --triton-bls out, or give each model a Triton ` +
    "of its own (--triton-mode leader)",
  "llmapi-one-server": ({ mode, models }) =>
    `${mode} is for TensorRT engines: an LLM-API model reads gpu_device_ids only where it has several instances, ` +
    `so in one Triton server the plan's ${models} would all start on the first cards; leave the mode out (one server ` +
    "a model), or use the target trtllm-serve",
  "no-engine-build": ({ model, what }) =>
    `${visible(model)}: TensorRT-LLM's tools build no engine with ${what}`,
};

/** The sentence that belongs to a reason. */
function refusalText<Reason extends RefusalReason>(reason: Reason): string {
  const text = TEXTS[reason.code] as (reason: RefusalReason) => string;
  return text(reason);
}
