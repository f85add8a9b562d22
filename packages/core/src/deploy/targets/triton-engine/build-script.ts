import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { overridable, shellCommand, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import { contextFmha } from "./context-fmha.ts";
import type { EngineBuild } from "./engine-builds.ts";
import type { TritonHost } from "./repository.ts";

/** Makes checkpoints and engines with the limits that the plan counts on; done ones are kept. */
export function buildScript({ name, builds }: TritonHost): string {
  return `${[
    "#!/bin/sh",
    `# Makes the engines of ${visible(name)}. What is there already is not made again. Variables:`,
    "#   BERTH_TRTLLM_EXAMPLES  TensorRT-LLM's examples folder",
    "#   BERTH_CONVERT_DIR      folder of convert_checkpoint.py, for a family that is not known here",
    "#   BERTH_BUILD_CARD       card to build all of them on, in place of the plan's: of the same compute capability",
    "set -eu",
    ...overridable("examples", "BERTH_TRTLLM_EXAMPLES", launcherFact("triton", "examples")),
    FUNCTIONS,
    ...builds.flatMap(oneBuild),
    "say 'all engines are there'",
  ].join("\n")}\n`;
}

function oneBuild(build: EngineBuild, at: number): string[] {
  const { deployment, checkpointFolder, engineFolder, gpusPerNode, gpu } = build;
  const sm = visible(gpu.computeCapability);
  return [
    "",
    `# ${at + 1}. ${visible(deployment.model)}: ${deployment.quantization}, TP ${deployment.tp}, PP ${deployment.pp}, compute capability ${sm}`,
    ...source(build),
    `checkpoint=${shellQuote(checkpointFolder)}`,
    `engine=${shellQuote(engineFolder)}`,
    ...overridable("card", "BERTH_BUILD_CARD", gpu.uuid ?? String(gpu.index)),
    `if [ ! -f "$checkpoint/config.json" ]; then`,
    ...check16Bit(build),
    `  need_model "$model"`,
    `  begin "$checkpoint"`,
    ...checkpointCommand(build),
    `  finish "$checkpoint"`,
    "fi",
    `if [ ! -f "$engine/config.json" ]; then`,
    `  begin "$engine"`,
    ...engineCommand(build),
    `  finish "$engine"`,
    "fi",
    ...(gpusPerNode === undefined ? [] : [`set_gpus_per_node "$engine" ${gpusPerNode}`]),
  ];
}

/** Tools that quantise, or write 16 bits, start from 16-bit files. */
function source({ deployment, step, modelFolder, pathVariable }: EngineBuild): string[] {
  return step.kind !== "impossible" && step.needs16Bit
    ? [
        `# The model's own files hold ${deployment.storedQuantization}; this needs its 16-bit files.`,
        `model=\${${pathVariable}:-}`,
      ]
    : overridable("model", pathVariable, modelFolder);
}

function check16Bit({ step, pathVariable }: EngineBuild): string[] {
  return step.kind !== "impossible" && step.needs16Bit
    ? [`  sixteen_bit "$model" ${pathVariable}`]
    : [];
}

function checkpointCommand({ deployment, step }: EngineBuild): string[] {
  const options = step.kind === "impossible" ? [] : step.options;
  const isQuantized = step.kind === "quantize";
  const command = [
    isQuantized
      ? `python3 "$examples/quantization/quantize.py"`
      : `python3 "$tool/convert_checkpoint.py"`,
    `--model_dir "$model"`,
    `--output_dir "$checkpoint.part"`,
    ...options,
    `--tp_size ${deployment.tp}`,
    `--pp_size ${deployment.pp}`,
  ];
  return [...(isQuantized ? [] : [`  tool=$(convert_dir "$model")`]), shellCommand(command, "  ")];
}

/** Built on one card of the right kind, one rank after the other. */
function engineCommand({ deployment, gpu, gpusPerNode }: EngineBuild): string[] {
  const { maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock } = deployment;
  const fmha = contextFmha(deployment, gpu.computeCapability);
  const command = shellCommand(
    [
      `CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES="$card" trtllm-build`,
      `--checkpoint_dir "$checkpoint"`,
      `--output_dir "$engine.part"`,
      `--max_batch_size ${maxBatchSize}`,
      `--max_num_tokens ${maxNumTokens}`,
      `--max_seq_len ${maxSeqLen}`,
      `--max_input_len ${maxSeqLen}`,
      "--max_beam_width 1",
      "--kv_cache_type paged",
      `--tokens_per_block ${tokensPerBlock}`,
      "--remove_input_padding enable",
      `--use_paged_context_fmha ${fmha.isPaged ? "enable" : "disable"}`,
      ...(fmha.isFp8 ? ["--use_fp8_context_fmha enable"] : []),
      "--gemm_plugin auto",
      "--gpt_attention_plugin auto",
      "--workers 1",
      ...(gpusPerNode === undefined ? [] : ['"$@"']),
    ],
    "  ",
  );
  return gpusPerNode === undefined ? [command] : [...gpusPerNodeFlag(gpusPerNode), command];
}

/** The flag is not in every version; where it is missing, set_gpus_per_node does its work. */
function gpusPerNodeFlag(count: number): string[] {
  return ["  set --", `  if has_gpus_per_node; then set -- --gpus_per_node ${count}; fi`];
}

const FUNCTIONS = `
say() {
  printf 'build: %s\\n' "$1"
}

fail() {
  printf 'build: %s\\n' "$1" >&2
  exit 1
}

need_model() {
  if [ ! -f "$1/config.json" ]; then
    fail "there is no $1/config.json: put the model's files there, or set its MODEL_PATH_ variable"
  fi
}

sixteen_bit() {
  if [ -z "$1" ]; then fail "set $2 to the folder with the model's 16-bit files"; fi
}

# Work goes to a folder of another name, so that a half-made one is never taken for done.
begin() {
  say "making $1"
  rm -rf -- "$1.part"
  mkdir -p -- "$(dirname -- "$1")"
}

finish() {
  rm -rf -- "$1"
  mv -- "$1.part" "$1"
}

# The folder of convert_checkpoint.py for the model in $1.
convert_dir() {
  if [ -n "\${BERTH_CONVERT_DIR:-}" ]; then
    printf '%s\\n' "$BERTH_CONVERT_DIR"
    return
  fi
  family=$(sed -n 's/.*"model_type": *"\\([^"]*\\)".*/\\1/p' "$1/config.json" | head -n 1)
  case $family in
    llama | mistral | mixtral) family=llama ;;
    qwen*) family=qwen ;;
    gemma*) family=gemma ;;
    phi*) family=phi ;;
    gpt2 | gpt_bigcode | starcoder2) family=gpt ;;
    internlm2) family=internlm2 ;;
    cohere) family=commandr ;;
    *) fail "no convert_checkpoint.py is known for model_type \\"$family\\"; set BERTH_CONVERT_DIR" ;;
  esac
  printf '%s\\n' "$examples/models/core/$family"
}

has_gpus_per_node() {
  trtllm-build --help 2>/dev/null | grep -q -e '--gpus_per_node'
}

# An engine says how many cards its host has, 8 by default, and takes no id from there on.
set_gpus_per_node() {
  sed "s/\\"gpus_per_node\\": *[0-9][0-9]*/\\"gpus_per_node\\": $2/g" "$1/config.json" >"$1/config.json.new"
  if ! grep -q "\\"gpus_per_node\\": *$2" "$1/config.json.new"; then
    fail "$1/config.json has no gpus_per_node: put \\"gpus_per_node\\": $2 into pretrained_config.mapping"
  fi
  mv -- "$1/config.json.new" "$1/config.json"
}
`;
