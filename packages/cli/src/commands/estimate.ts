import {
  type EstimateDocument,
  type EstimateRequest,
  estimate as estimateModel,
  explainEstimate,
} from "@berth/core";
import { CALIBRATION_FLAG, type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { attachParts } from "../io/attached-parts.ts";
import { calibrationOf } from "../io/calibration-file.ts";
import { createModelSource } from "../io/model-source.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { answerExplanation } from "./answer-explanation.ts";
import { estimateBatch } from "./estimate-batch.ts";
import { estimateArgs, listFlags } from "./estimate-keys.ts";
import { GPU_HINT, requestOfFlags } from "./estimate-request.ts";
import { type EstimateOne, gpuSeries, type Series, sweepSeries } from "./estimate-series.ts";

export const estimate: Command = {
  meta: {
    name: "estimate",
    description: "What one model in one configuration needs on each GPU, term by term",
  },
  args: {
    model: {
      type: "positional",
      required: false,
      description:
        "catalogue or Hub id, a config.json, a .gguf or .safetensors file, a folder with one, or a TensorRT-LLM engine folder",
    },
    ...estimateArgs(),
    lora: {
      type: "string",
      valueHint: "PATH",
      description:
        "a LoRA adapter kept on the GPU: its adapter_config.json or folder; may be repeated",
    },
    draft: {
      type: "string",
      valueHint: "DRAFT",
      description:
        "an EAGLE, Medusa or smaller model that drafts: catalogue or Hub id, its config.json or folder",
    },
    calibration: CALIBRATION_FLAG,
    sweep: {
      type: "string",
      valueHint: "KEY=FROM..TO",
      description: "a table over one key, doubling: max-seq-len=4k..128k, or a list: tp=1,2,4",
    },
    explain: {
      type: "boolean",
      description: "every number with its law, its values and its source",
    },
    tex: { type: "boolean", description: "with --explain: laws as TeX too" },
    "all-gpus": { type: "boolean", description: "the model on every card of the catalogue" },
    batch: {
      type: "string",
      valueHint: "FILE",
      description: "JSON lines of id, model and the keys above (- is stdin); one line out for each",
    },
    json: JSON_FLAG,
  },
  repeatable: ["lora", ...listFlags()],
  examples: [
    "berth estimate meta-llama/Llama-3.1-8B --gpu rtx-4090 --max-seq-len 8192",
    "berth estimate ./my-model/config.json --gpu h100-sxm-80gb --tp 2 --quantization fp8",
    "berth estimate Qwen/Qwen3-8B --gpu rtx-3090 --sweep max-seq-len=4k..32k",
    "berth estimate Qwen/Qwen2.5-14B-Instruct --engine llama.cpp --gpu rtx-3090,rtx-4090 --used-mib 0,2048",
    "berth estimate --batch requests.jsonl --json --calibration berth-calibration.json",
  ],
  run: runEstimate,
};

async function runEstimate(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const models = createModelSource();
  const batch = flags.text("batch");
  const model = flags.text("model");
  if (batch !== undefined) {
    refuseBeside(flags);
    return estimateBatch({ file: batch, calibration: flags.text("calibration") }, models, terminal);
  }
  if (model === undefined) {
    throw new UsageError("expected MODEL or --batch FILE; see berth estimate --help");
  }
  const request = requestOfFlags(flags);
  const attached = { loras: flags.texts("lora"), draft: flags.text("draft") };
  const spec = await attachParts(await models.read(model, terminal.cwd), attached, {
    models,
    folder: terminal.cwd,
  });
  const calibration = await calibrationOf(flags.text("calibration"), terminal.cwd);
  const one = (asked: EstimateRequest): EstimateDocument => estimateModel(asked, spec, calibration);
  const series = seriesOf(request, one, flags);
  return series === undefined
    ? answerOne(one(request), flags, terminal)
    : answerSeries(series, flags, terminal);
}

/** The series that --sweep or --all-gpus asks for. Throws a UsageError where no GPU is given, but for the latter. */
function seriesOf(request: EstimateRequest, one: EstimateOne, flags: Flags): Series | undefined {
  const sweep = flags.text("sweep");
  if (sweep === undefined && flags.isSet("all-gpus")) {
    return gpuSeries(request, one);
  }
  if (request.gpu === undefined) {
    throw new UsageError(`--gpu is missing; ${GPU_HINT}`);
  }
  return sweep === undefined ? undefined : sweepSeries(sweep, request, one);
}

/** Prints one estimate, or with --explain its numbers; the answer is no when it does not fit. */
async function answerOne(
  document: EstimateDocument,
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.isSet("explain")) {
    await answerExplanation(explainEstimate(document), flags, terminal);
    return document.fits ? EXIT.done : EXIT.no;
  }
  if (flags.isSet("json")) {
    await terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const { printEstimate } = await import("../print/estimate.ts");
    await terminal.print(printEstimate(document, terminal));
  }
  return document.fits ? EXIT.done : EXIT.no;
}

/** Prints a series; the answer is no when none of it fits. */
async function answerSeries(series: Series, flags: Flags, terminal: Terminal): Promise<ExitCode> {
  if (flags.isSet("json")) {
    await terminal.print(
      `${JSON.stringify({ schema: "berth/series@1", ...series }, undefined, 2)}\n`,
    );
  } else {
    const { printSeries } = await import("../print/series.ts");
    await terminal.print(printSeries(series, terminal));
  }
  return series.points.some(({ estimate: point }) => point.fits) ? EXIT.done : EXIT.no;
}

/** A batch line says all of it; a flag beside --batch would be ignored, so it is refused. */
function refuseBeside(flags: Flags): void {
  const beside = [
    "model",
    "lora",
    "draft",
    "sweep",
    "all-gpus",
    ...Object.keys(estimateArgs()),
  ].find((name) => flags.isSet(name));
  if (beside !== undefined) {
    const name = beside === "model" ? "MODEL" : `--${beside}`;
    throw new UsageError(`${name} does not go with --batch`);
  }
}
