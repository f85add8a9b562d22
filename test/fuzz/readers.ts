import {
  countParameters,
  estimate,
  explainPlan,
  fleetCards,
  importModelFiles,
  importPreset,
  inventoryFromTexts,
  type ModelSpec,
  parseFleetFile,
  parseJson,
  readInventoryDocument,
  readPlanDocument,
} from "@berth/core";
import { evaluateExpression, parseTrace, readLengths } from "@berth/core/capacity";
import {
  bytesSource,
  importGguf,
  importTrtllm,
  readDraftModel,
  readHeader,
  readLoraAdapter,
} from "@berth/core/files";
import { readLaunchState } from "@berth/core/launch";
import { readLog } from "@berth/core/logs";
import {
  calibrate,
  contributions,
  readCalibration,
  readMetrics,
  readVerifyDocument,
  withCalibration,
} from "@berth/core/verify";
import { parseNvidiaSmiOutputs } from "nvidia-smi-parser";
import { decodeText } from "../../packages/cli/src/io/read-text.ts";
import { resolveWorkloads } from "../../packages/core/src/documents/workload/resolve-workloads.ts";
import { headerText, parseHeader } from "../../packages/core/src/importers/header-document.ts";
import { kindOf } from "../../packages/web/src/state/bring/kind-of.ts";
import { openedLink } from "../../packages/web/src/state/opened-link.ts";
import { fragmentOf } from "../../packages/web/src/state/share-link.ts";
import { tinyLlama } from "../fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../fixtures/gguf/write-gguf.ts";
import { safetensorsFile } from "../fixtures/safetensors/write-safetensors.ts";
import { CHECKPOINT, ENGINE } from "../fixtures/trtllm/configs.ts";
import * as seeds from "./seeds.ts";

/** What a reader reads, which says what may be changed in it. */
export type Form = "text" | "xml" | "json" | "yaml" | "bytes" | "safetensors" | "link";

/** One way into Berth for what others wrote. */
export interface Reader {
  readonly form: Form;
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Throws an InputError for what it does not read. */
  readonly read: (bytes: Uint8Array) => unknown;
}

const encoded = (texts: readonly string[]): readonly Uint8Array[] =>
  texts.map((text) => new TextEncoder().encode(text));

/** A reader of text, which gets its bytes as a file has them. */
function ofText(
  form: Form,
  texts: () => readonly string[] | Promise<readonly string[]>,
  read: (text: string) => unknown,
): Reader {
  return {
    form,
    seeds: async () => encoded(await texts()),
    read: (bytes) => read(decodeText(bytes)),
  };
}

/** What follows once a model is read: its parameters, and what it takes of a card. */
function used(model: ModelSpec): unknown {
  countParameters(model);
  return estimate({ gpu: "h100-sxm-80gb" }, model);
}

const VARS = { users: 300, constructor_: 1 };
const PLACE = { file: "f.yaml", key: "rate" };

async function readAmounts(text: string): Promise<void> {
  await evaluateExpression(PLACE, text, VARS).catch(refused);
  await readLengths("--prompt", text);
}

const target = (): ModelSpec => {
  const model = importPreset("meta-llama/Llama-3.1-8B");
  if (model === undefined) {
    throw new Error("no preset");
  }
  return model;
};

function refused(error: unknown): void {
  if (!(error instanceof Error && error.name === "InputError")) {
    throw error;
  }
}

const ADAPTERS = [
  { peft_type: "LORA", r: 16, target_modules: ["q_proj", "v_proj"], layers_to_transform: [0, 3] },
  { peft_type: "LORA", r: 8, target_modules: "all-linear" },
];
const DRAFTS = [
  {
    architectures: ["LlamaForCausalLMEagle3"],
    hidden_size: 4096,
    intermediate_size: 14_336,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    num_hidden_layers: 1,
    draft_vocab_size: 32_000,
    vocab_size: 128_256,
    model_type: "llama",
  },
  { medusa_num_heads: 4, medusa_num_layers: 1, hidden_size: 4096, vocab_size: 128_256 },
];

/** Every way in, by the name that the fuzzer takes. */
export const READERS: Readonly<Record<string, Reader>> = {
  "nvidia-smi": ofText("xml", seeds.captures, (text) => parseNvidiaSmiOutputs(text)),
  inventory: ofText("xml", seeds.captures, (text) =>
    inventoryFromTexts([{ name: "box1.txt", text }]),
  ),
  "inventory-json": ofText(
    "json",
    () =>
      seeds
        .captures()
        .slice(-1)
        .map((text) => JSON.stringify(inventoryFromTexts([{ name: "box1", text }]))),
    (text) =>
      inventoryFromTexts([
        { name: "box1.json", text: JSON.stringify(readInventoryDocument("box1.json", text)) },
      ]),
  ),
  fleet: ofText("yaml", seeds.fleets, async (text) => {
    const fleet = parseFleetFile("fleet.yaml", text);
    fleetCards({ file: "fleet.yaml", fleet });
    await resolveWorkloads("fleet.yaml", fleet);
  }),
  plan: ofText(
    "json",
    async () => [JSON.stringify(await seeds.plan())],
    (text) => explainPlan(readPlanDocument("plan.json", text)),
  ),
  config: ofText(
    "json",
    () => [...seeds.presets(), ...seeds.smallConfigs()],
    (text) => used(importModelFiles({ path: "m", files: { "config.json": text } })),
  ),
  "config-beside": ofText(
    "json",
    () => [seeds.HF_QUANT, seeds.INDEX],
    (text) => {
      const config = seeds.presets()[0] ?? "{}";
      for (const beside of ["hf_quant_config.json", "model.safetensors.index.json"]) {
        try {
          used(importModelFiles({ path: "m", files: { "config.json": config, [beside]: text } }));
        } catch (error) {
          refused(error);
        }
      }
    },
  ),
  parts: ofText(
    "json",
    () => [...ADAPTERS, ...DRAFTS].map((value) => JSON.stringify(value)),
    (text) => {
      const value = parseJson("adapter.json", text);
      try {
        readLoraAdapter("adapter.json", value, target());
      } catch (error) {
        refused(error);
      }
      return readDraftModel({ file: "draft.json", source: "draft" }, value, target());
    },
  ),
  trtllm: ofText(
    "json",
    () => [JSON.stringify(CHECKPOINT), JSON.stringify(ENGINE)],
    (text) =>
      used(
        importTrtllm({
          id: "m",
          file: "config.json",
          config: parseJson("config.json", text),
          rankBytes: [],
        }),
      ),
  ),
  gguf: {
    form: "bytes",
    seeds: async () => [
      ggufFile(tinyLlama()),
      ggufFile({ ...tinyLlama(1), version: 2, alignment: 64 }),
    ],
    read: async (bytes) => {
      const header = await readHeader("m.gguf", bytesSource(bytes));
      return header.form === "gguf" ? used(importGguf("m", "m.gguf", header.header)) : header;
    },
  },
  safetensors: {
    form: "safetensors",
    seeds: async () => [
      safetensorsFile([
        ["model.embed_tokens.weight", "BF16", [96, 64], 12_288],
        ["model.layers.0.mlp.up_proj.weight", "F8_E4M3", [128, 64], 8192],
        ["lm_head.weight", "F32", [2, 2], 16],
      ]),
    ],
    read: (bytes) => readHeader("m.safetensors", bytesSource(bytes)),
  },
  header: ofText(
    "json",
    async () => {
      const source = bytesSource(ggufFile(tinyLlama()));
      return [
        headerText(await readHeader("m.gguf", source)),
        headerText({ form: "engine", bytes: 5 }),
      ];
    },
    (text) => {
      const header = parseHeader("m.gguf.header.json", text);
      return header.form === "gguf" ? used(importGguf("m", "m.gguf", header.header)) : header;
    },
  ),
  log: ofText("text", seeds.logs, (text) => readLog(text)),
  metrics: ofText(
    "text",
    () => seeds.METRICS,
    (text) => readMetrics("http://localhost/metrics", text),
  ),
  trace: ofText(
    "text",
    () => seeds.TRACES,
    (text) => parseTrace("trace.csv", text),
  ),
  expression: ofText("text", () => seeds.EXPRESSIONS, readAmounts),
  verify: ofText(
    "json",
    async () => (await seeds.reports()).map((report) => JSON.stringify(report)),
    (text) => {
      const report = readVerifyDocument("report.json", text);
      contributions([report]);
      return calibrate([report]);
    },
  ),
  calibration: ofText("json", seeds.calibrations, (text) =>
    estimate(
      { gpu: "h100-sxm-80gb" },
      target(),
      withCalibration("calibration.json", readCalibration("calibration.json", text)),
    ),
  ),
  state: ofText(
    "json",
    async () => [JSON.stringify({ schema: "berth/launch@1", host: "box1", engines: [] })],
    (text) => readLaunchState("state.json", text),
  ),
  link: ofText(
    "link",
    () =>
      seeds
        .fleets()
        .map((fleet) => fragmentOf({ fleet, files: [{ name: "a.txt", text: fleet }] }) ?? ""),
    async (text) => {
      const { problem } = await openedLink(`#${text}`);
      if (/[\r\n]/.test(problem?.message ?? "")) {
        throw new Error(`a message of several lines: ${problem?.message}`);
      }
    },
  ),
  brought: ofText(
    "json",
    () => [...seeds.presets().slice(0, 5), ...seeds.fleets(), seeds.INDEX],
    (text) => kindOf({ name: "a.json", text }),
  ),
};
