import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../documents/plan-document.ts";
import { checkpointNeed } from "../checkpoint-need.ts";
import type { Command, Word } from "../command.ts";
import { type EngineLauncher, rendezvousPort, type Start } from "../engine-launcher.ts";
import type { Variable } from "../engine-server.ts";
import { kvTypeCheck, weightType } from "./checkpoint-types.ts";
import { draftMethod } from "./vllm/draft-method.ts";
import { vllmKvDtype } from "./vllm/kv-dtype.ts";
import { VLLM_RULES } from "./vllm/rules.ts";

/** vllm serve: the share of the card, and a KV pool of just the planned size where the version has a flag for it. */
export const vllmLauncher: EngineLauncher = {
  engine: "vllm",
  firstPort: launcherFact("vllm", "firstPort"),
  readyPath: "/health",
  metricsPath: "/metrics",
  rules: VLLM_RULES,
  image: (version) => ({
    name: launcherFact("vllm", "image"),
    tag: `${launcherFact("vllm", "tagPrefix")}${version}`,
    entrypoint: PROGRAM,
  }),
  usesNccl: true,
  servedName: ({ model }) => model,
  command,
  environment: stages,
  files: () => [],
  checks: (deployment) => kvTypeCheck(deployment, vllmKvDtype(deployment.kvCacheDtype)),
  modelNeed: (deployment) => checkpointNeed(deployment, { casts16Bit: true }),
  // The model is a word of its own, which must not look like an option.
  sourceText: (source) => (source.startsWith("-") ? `./${source}` : source),
  overHosts: "each-host",
};

const PROGRAM = ["vllm", "serve"] as const;

function command(start: Start): Command {
  const { deployment } = start;
  return [
    PROGRAM,
    [{ place: "model" }],
    ...listening(start),
    ...parallel(deployment),
    ["--max-model-len", String(deployment.maxSeqLen)],
    ["--max-num-seqs", String(deployment.maxBatchSize)],
    ["--max-num-batched-tokens", String(deployment.maxNumTokens)],
    // A prompt longer than one step's tokens is only taken in pieces.
    ...(deployment.maxNumTokens < deployment.maxSeqLen ? [["--enable-chunked-prefill"]] : []),
    ...drafting(deployment),
    ...images(deployment),
    ...weightType(deployment),
    ...memory(deployment),
  ];
}

/** A draft with files of its own, or the model's own draft layers, whose `method` is one name for all families. */
function drafting(deployment: PlanDeployment): Command {
  const { draft, draftLayers = 0, draftTokens = Math.max(1, draftLayers) } = deployment;
  const method = draftMethod(deployment);
  if (method === undefined || (draft === undefined && draftLayers === 0)) {
    return [];
  }
  const model = draft === undefined ? {} : { model: draft.source };
  const config = { method, ...model, num_speculative_tokens: draftTokens };
  return [["--speculative-config", JSON.stringify(config)]];
}

/** A prompt may have so many images, and nothing else but text. */
function images({ imagesPerPrompt: image, engine }: PlanDeployment): Command {
  const flag = launcherFactAt("vllm", "imageLimitFlag", engine.version);
  return image === undefined || flag === undefined
    ? []
    : [[flag, JSON.stringify({ image, video: 0, audio: 0 })]];
}

/** The first host serves; the others lend it their cards. */
function listening({ deployment, port, node, nodeCount }: Start): Command {
  const serving: Command = [
    ["--host", { place: "address" }],
    ["--port", String(port)],
    [{ option: "--served-model-name", value: deployment.model }],
  ];
  const hostCount = launcherFactAt("vllm", "hostCountFlag", deployment.engine.version);
  if (nodeCount === 1 || hostCount === undefined) {
    return serving;
  }
  return [
    ...(node === 0 ? serving : [["--headless"]]),
    [hostCount, String(nodeCount)],
    ["--node-rank", String(node)],
    ["--master-addr", { place: "leader", suffix: "" }],
    ["--master-port", String(rendezvousPort(port))],
  ];
}

function parallel({ tp, pp, ep, hasPeerToPeer }: PlanDeployment): Command {
  return [
    ["--tensor-parallel-size", String(tp)],
    ...(pp > 1 ? [["--pipeline-parallel-size", String(pp)]] : []),
    ...(ep > 1 ? [["--enable-expert-parallel"]] : []),
    ...(tp > 1 && !hasPeerToPeer ? [["--disable-custom-all-reduce"]] : []),
  ];
}

function memory(deployment: PlanDeployment): Command {
  const { kv, kvCacheDtype, tokensPerBlock } = deployment;
  const own = launcherFact("vllm", "defaultTokensPerBlock");
  return [
    ["--gpu-memory-utilization", String(kv.gpuMemoryUtilization)],
    ...poolSize(deployment),
    ["--kv-cache-dtype", vllmKvDtype(kvCacheDtype) ?? "auto"],
    ...(tokensPerBlock === own ? [] : [["--block-size", String(tokensPerBlock)]]),
  ];
}

/** Every rank keeps as many blocks as the one with fewest, so the largest pool's bytes do for all. */
function poolSize({ kv, engine }: PlanDeployment): readonly (readonly Word[])[] {
  const bytes = launcherFactAt("vllm", "kvBytesFlag", engine.version);
  if (bytes !== undefined) {
    return [[bytes, String(kv.maxGpuTotalBytes)]];
  }
  return kv.numGpuBlocks === undefined
    ? []
    : [["--num-gpu-blocks-override", String(kv.numGpuBlocks)]];
}

/** Versions differ in which stage gets a layer more: always said. */
function stages({ pp, stageLayers }: PlanDeployment): readonly Variable[] {
  return pp === 1 ? [] : [{ name: "VLLM_PP_LAYER_PARTITION", value: stageLayers.join(",") }];
}
