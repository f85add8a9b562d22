import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { DraftMethod } from "../../../model/model.ts";
import type { KvCacheDtype } from "../../../model/quantization.ts";
import { checkpointNeed } from "../checkpoint-need.ts";
import type { Command } from "../command.ts";
import { type EngineLauncher, rendezvousPort, type Start } from "../engine-launcher.ts";
import { kvTypeCheck, weightType } from "./checkpoint-types.ts";
import { draftIsTaken, knobIsSaid, kvDtypeHasName, versionIsKnown } from "./common-rules.ts";

/** SGLang: the share of what is free before the weights, and the cap on tokens that cuts what it gives too much. */
export const sglangLauncher: EngineLauncher = {
  engine: "sglang",
  firstPort: launcherFact("sglang", "firstPort"),
  readyPath: "/health",
  metricsPath: "/metrics",
  rules: [
    versionIsKnown("sglang", launcherFact("sglang", "oldestVersion")),
    knobIsSaid("sglang", "memFractionStatic"),
    kvDtypeHasName("sglang", kvDtype),
    draftIsTaken("sglang", (method) => ALGORITHMS[method]),
  ],
  image: (version) => ({
    name: launcherFact("sglang", "image"),
    tag: `${launcherFact("sglang", "tagPrefix")}${version}`,
  }),
  usesNccl: true,
  servedName: ({ model }) => model,
  command,
  environment: () => [],
  files: () => [],
  checks: (deployment) => kvTypeCheck(deployment, kvDtype(deployment.kvCacheDtype)),
  modelNeed: (deployment) => checkpointNeed(deployment, { casts16Bit: true }),
  overHosts: "each-host",
};

function command(start: Start): Command {
  const { deployment, port } = start;
  const { kv, kvCacheDtype, tokensPerBlock } = deployment;
  const ownPage = launcherFact("sglang", "defaultTokensPerBlock");
  return [
    ["python3", "-m", "sglang.launch_server"],
    [{ option: "--model-path", value: { place: "model" } }],
    ["--host", { place: "address" }],
    ["--port", String(port)],
    [{ option: "--served-model-name", value: deployment.model }],
    ["--enable-metrics"],
    ...parallel(deployment),
    ...hosts(start),
    ["--context-length", String(deployment.maxSeqLen)],
    ["--max-running-requests", String(deployment.maxBatchSize)],
    ["--chunked-prefill-size", String(deployment.maxNumTokens)],
    ...drafting(deployment),
    ...weightType(deployment),
    ["--mem-fraction-static", String(kv.memFractionStatic)],
    ["--max-total-tokens", String(kv.maxTokens)],
    ["--kv-cache-dtype", kvDtype(kvCacheDtype) ?? "auto"],
    ...(tokensPerBlock === ownPage ? [] : [["--page-size", String(tokensPerBlock)]]),
  ];
}

/** What SGLang calls a draft; it has no Medusa heads. */
const ALGORITHMS: Readonly<Record<DraftMethod, string | undefined>> = {
  eagle: "EAGLE",
  eagle3: "EAGLE3",
  medusa: undefined,
  model: "STANDALONE",
};

/** A draft, or the model's own draft layers: one chain of steps, and the model's own token behind it. */
function drafting({
  draft,
  draftLayers = 0,
  draftTokens = Math.max(1, draftLayers),
}: PlanDeployment): Command {
  const algorithm = ALGORITHMS[draft?.method ?? "eagle"];
  return algorithm === undefined || (draft === undefined && draftLayers === 0)
    ? []
    : [
        ["--speculative-algorithm", algorithm],
        ...(draft === undefined
          ? []
          : [[{ option: "--speculative-draft-model-path", value: draft.source }]]),
        ["--speculative-num-steps", String(draftTokens)],
        ["--speculative-eagle-topk", "1"],
        ["--speculative-num-draft-tokens", String(draftTokens + 1)],
      ];
}

function parallel({ tp, pp, ep, hasPeerToPeer }: PlanDeployment): Command {
  return [
    ["--tp-size", String(tp)],
    ...(pp > 1 ? [["--pp-size", String(pp)]] : []),
    ...(ep > 1 ? [["--ep-size", String(ep)]] : []),
    ...(tp > 1 && !hasPeerToPeer ? [["--disable-custom-all-reduce"]] : []),
  ];
}

/** Every host runs the same command with its own number; the first one answers. */
function hosts({ port, node, nodeCount }: Start): Command {
  return nodeCount === 1
    ? []
    : [
        ["--dist-init-addr", { place: "leader", suffix: `:${rendezvousPort(port)}` }],
        ["--nnodes", String(nodeCount)],
        ["--node-rank", String(node)],
      ];
}

/** The name of a KV dtype; "auto" is the model's own 16-bit type. Undefined where it has no name. */
function kvDtype(dtype: KvCacheDtype): string | undefined {
  switch (dtype) {
    case "bf16":
    case "fp16":
      return "auto";
    case "fp8":
      return "fp8_e4m3";
    case "nvfp4":
      return "fp4_e2m1";
    case "int8":
    case "q8_0":
    case "q4_0":
      return undefined;
    default:
      return dtype satisfies never;
  }
}
