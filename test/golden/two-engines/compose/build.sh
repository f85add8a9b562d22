#!/bin/sh
# Makes the engines of "desk". What is there already is not made again. Variables:
#   BERTH_TRTLLM_EXAMPLES  TensorRT-LLM's examples folder
#   BERTH_CONVERT_DIR      folder of convert_checkpoint.py, for a family that is not known here
#   BERTH_BUILD_CARD       card to build all of them on, in place of the plan's: of the same compute capability
set -eu
examples=/app/examples
if [ -n "${BERTH_TRTLLM_EXAMPLES:-}" ]; then examples=$BERTH_TRTLLM_EXAMPLES; fi

say() {
  printf 'build: %s\n' "$1"
}

fail() {
  printf 'build: %s\n' "$1" >&2
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
  if [ -n "${BERTH_CONVERT_DIR:-}" ]; then
    printf '%s\n' "$BERTH_CONVERT_DIR"
    return
  fi
  family=$(sed -n 's/.*"model_type": *"\([^"]*\)".*/\1/p' "$1/config.json" | head -n 1)
  case $family in
    llama | mistral | mixtral) family=llama ;;
    qwen*) family=qwen ;;
    gemma*) family=gemma ;;
    phi*) family=phi ;;
    gpt2 | gpt_bigcode | starcoder2) family=gpt ;;
    internlm2) family=internlm2 ;;
    cohere) family=commandr ;;
    *) fail "no convert_checkpoint.py is known for model_type \"$family\"; set BERTH_CONVERT_DIR" ;;
  esac
  printf '%s\n' "$examples/models/core/$family"
}

has_gpus_per_node() {
  trtllm-build --help 2>/dev/null | grep -q -e '--gpus_per_node'
}

# An engine says how many cards its host has, 8 by default, and takes no id from there on.
set_gpus_per_node() {
  sed "s/\"gpus_per_node\": *[0-9][0-9]*/\"gpus_per_node\": $2/g" "$1/config.json" >"$1/config.json.new"
  if ! grep -q "\"gpus_per_node\": *$2" "$1/config.json.new"; then
    fail "$1/config.json has no gpus_per_node: put \"gpus_per_node\": $2 into pretrained_config.mapping"
  fi
  mv -- "$1/config.json.new" "$1/config.json"
}


# 1. "chat": bf16, TP 1, PP 1, compute capability "8.9"
model=/models/Qwen-Qwen2.5-0.5B-Instruct
if [ -n "${MODEL_PATH_CHAT:-}" ]; then model=$MODEL_PATH_CHAT; fi
checkpoint=/engines/checkpoints/chat-long-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1
engine=/engines/chat-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s8192-k64
card=GPU-00000000-0000-4000-8000-000000042300
if [ -n "${BERTH_BUILD_CARD:-}" ]; then card=$BERTH_BUILD_CARD; fi
if [ ! -f "$checkpoint/config.json" ]; then
  need_model "$model"
  begin "$checkpoint"
  tool=$(convert_dir "$model")
  python3 "$tool/convert_checkpoint.py" \
    --model_dir "$model" \
    --output_dir "$checkpoint.part" \
    --dtype bfloat16 \
    --tp_size 1 \
    --pp_size 1
  finish "$checkpoint"
fi
if [ ! -f "$engine/config.json" ]; then
  begin "$engine"
  CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES="$card" trtllm-build \
    --checkpoint_dir "$checkpoint" \
    --output_dir "$engine.part" \
    --max_batch_size 32 \
    --max_num_tokens 4096 \
    --max_seq_len 8192 \
    --max_input_len 8192 \
    --max_beam_width 1 \
    --kv_cache_type paged \
    --tokens_per_block 64 \
    --remove_input_padding enable \
    --use_paged_context_fmha enable \
    --gemm_plugin auto \
    --gpt_attention_plugin auto \
    --workers 1
  finish "$engine"
fi

# 2. "chat-long": bf16, TP 1, PP 1, compute capability "8.9"
model=/models/Qwen-Qwen2.5-0.5B-Instruct
if [ -n "${MODEL_PATH_CHAT_LONG:-}" ]; then model=$MODEL_PATH_CHAT_LONG; fi
checkpoint=/engines/checkpoints/chat-long-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1
engine=/engines/chat-long-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s32768-k64
card=GPU-00000000-0000-4000-8000-000000042300
if [ -n "${BERTH_BUILD_CARD:-}" ]; then card=$BERTH_BUILD_CARD; fi
if [ ! -f "$checkpoint/config.json" ]; then
  need_model "$model"
  begin "$checkpoint"
  tool=$(convert_dir "$model")
  python3 "$tool/convert_checkpoint.py" \
    --model_dir "$model" \
    --output_dir "$checkpoint.part" \
    --dtype bfloat16 \
    --tp_size 1 \
    --pp_size 1
  finish "$checkpoint"
fi
if [ ! -f "$engine/config.json" ]; then
  begin "$engine"
  CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES="$card" trtllm-build \
    --checkpoint_dir "$checkpoint" \
    --output_dir "$engine.part" \
    --max_batch_size 32 \
    --max_num_tokens 4096 \
    --max_seq_len 32768 \
    --max_input_len 32768 \
    --max_beam_width 1 \
    --kv_cache_type paged \
    --tokens_per_block 64 \
    --remove_input_padding enable \
    --use_paged_context_fmha enable \
    --gemm_plugin auto \
    --gpt_attention_plugin auto \
    --workers 1
  finish "$engine"
fi
say 'all engines are there'
