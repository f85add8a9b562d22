import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { KvCacheDtype } from "../../../model/quantization.ts";
import type { RefusalReason } from "../../refusal.ts";
import { eachModelOf } from "../../rules.ts";
import type { Command } from "../command.ts";
import type { EngineLauncher, Start } from "../engine-launcher.ts";
import type { ModelNeed } from "../engine-server.ts";
import { knobIsSaid, kvDtypeHasName, versionIsKnown } from "./common-rules.ts";

/** llama-server: all layers on the cards, cut where the plan cuts them, and as many cells as it counts. */
export const llamaCppLauncher: EngineLauncher = {
  engine: "llama.cpp",
  firstPort: launcherFact("llama-cpp", "firstPort"),
  readyPath: "/health",
  metricsPath: "/metrics",
  rules: [
    versionIsKnown("llama.cpp", launcherFact("llama-cpp", "oldestVersion")),
    knobIsSaid("llama.cpp", "ctxSize"),
    knobIsSaid("llama.cpp", "parallel"),
    knobIsSaid("llama.cpp", "gpuLayers"),
    kvDtypeHasName("llama.cpp", kvDtype),
    eachModelOf("llama.cpp", nameIsOne),
  ],
  image: (version) => ({
    name: launcherFact("llama-cpp", "image"),
    tag: `${launcherFact("llama-cpp", "tagPrefix")}${version}`,
    entrypoint: [launcherFact("llama-cpp", "imageProgram")],
  }),
  usesNccl: false,
  servedName: ({ model }) => model,
  command,
  environment: () => [],
  files: () => [],
  checks: () => [],
  modelNeed,
};

function command({ deployment, port }: Start): Command {
  const { kv, maxNumTokens, kvCacheDtype, engine } = deployment;
  const type = kvDtype(kvCacheDtype) ?? "f16";
  const fit = launcherFactAt("llama-cpp", "fitFlag", engine.version);
  return [
    ["llama-server"],
    ["-m", { place: "model" }],
    ["--host", { place: "address" }],
    ["--port", String(port)],
    ["--alias", deployment.model],
    ["--metrics"],
    // The model's own chat template, tools included.
    ["--jinja"],
    ["-ngl", String(kv.gpuLayers)],
    ...split(deployment),
    ...(fit === undefined ? [] : [[fit, "off"]]),
    ["-c", String(kv.ctxSize)],
    ["-np", String(kv.parallel)],
    ["-b", String(Math.max(maxNumTokens, launcherFact("llama-cpp", "defaultBatch")))],
    ["-ub", String(maxNumTokens)],
    // A KV cache below 16 bits is only read by flash attention.
    ...(type.startsWith("q") ? [["-fa", "on"]] : []),
    ["-ctk", type],
    ["-ctv", type],
  ];
}

/** Layers of each card, in the order of CUDA_VISIBLE_DEVICES. */
function split({ kv, pp }: PlanDeployment): Command {
  return pp > 1 && kv.tensorSplit !== undefined
    ? [
        ["-sm", "layer"],
        ["-ts", kv.tensorSplit.join(",")],
      ]
    : [];
}

/** It reads GGUF files alone; the plan may name the model that one is to be made from. */
function modelNeed({ source, quantization }: PlanDeployment): ModelNeed | undefined {
  if (source.toLowerCase().endsWith(".gguf")) {
    return undefined;
  }
  const file = quantization === "gguf" ? "GGUF file" : `GGUF file in ${quantization}`;
  return {
    what: `a ${file} (README.md says how to get one)`,
    why: `llama.cpp reads GGUF files; the plan counts on a ${file}.`,
    change: file,
  };
}

/** --alias takes a list of names. */
function nameIsOne({ model }: PlanDeployment): readonly RefusalReason[] {
  return model.includes(",") ? [{ code: "name-not-carried", model, character: "," }] : [];
}

/** The name of a KV dtype; undefined where it has none. */
function kvDtype(dtype: KvCacheDtype): string | undefined {
  switch (dtype) {
    case "bf16":
    case "q8_0":
    case "q4_0":
      return dtype;
    case "fp16":
      return "f16";
    case "fp8":
    case "nvfp4":
    case "int8":
      return undefined;
    default:
      return dtype satisfies never;
  }
}
