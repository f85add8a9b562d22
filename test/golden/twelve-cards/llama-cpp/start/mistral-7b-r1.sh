#!/bin/sh
# Serves "mistral-7b", replica 1, on "box1:10 rtx-4090", "box1:11 rtx-4090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037810,GPU-00000000-0000-4000-8000-000000037811

# llama.cpp reads GGUF files; the plan counts on a GGUF file in bf16.
model=${MODEL_PATH_MISTRAL_7B:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_MISTRAL_7B to a GGUF file in bf16 (README.md says how to get one)' >&2
  exit 2
fi

exec llama-server \
  -m "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8083 \
  --alias mistral-7b \
  --metrics \
  --jinja \
  -ngl 29 \
  -sm layer \
  -ts 14,15 \
  --fit off \
  -c 65536 \
  -np 8 \
  -b 4096 \
  -ub 4096 \
  -ctk bf16 \
  -ctv bf16
