#!/bin/sh
# Serves "qwen-7b", replica 0, on "box1:4 rtx-3090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037804

# llama.cpp reads GGUF files; the plan counts on a GGUF file.
model=${MODEL_PATH_QWEN_7B:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_QWEN_7B to a GGUF file (README.md says how to get one)' >&2
  exit 2
fi

exec llama-server \
  -m "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8081 \
  --alias qwen-7b \
  --metrics \
  --jinja \
  -ngl 29 \
  --fit off \
  -c 131072 \
  -np 16 \
  -b 4096 \
  -ub 4096 \
  -ctk bf16 \
  -ctv bf16
