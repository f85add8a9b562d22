#!/bin/sh
# Serves "llama-3b", replica 0, on "box1:0 rtx-3090", "box1:3 rtx-3090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037800,GPU-00000000-0000-4000-8000-000000037803

# llama.cpp reads GGUF files; the plan counts on a GGUF file in bf16.
model=${MODEL_PATH_LLAMA_3B:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_LLAMA_3B to a GGUF file in bf16 (README.md says how to get one)' >&2
  exit 2
fi

exec llama-server \
  -m "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8080 \
  --alias llama-3b \
  --metrics \
  --jinja \
  -ngl 29 \
  -sm layer \
  -ts 14,15 \
  --fit off \
  -c 262144 \
  -np 32 \
  -b 4096 \
  -ub 4096 \
  -ctk bf16 \
  -ctv bf16
