#!/bin/sh
# Serves "chat-long", replica 0, on "desk:0 rtx-4090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042300

# llama.cpp reads GGUF files; the plan counts on a GGUF file in bf16.
model=${MODEL_PATH_CHAT_LONG:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_CHAT_LONG to a GGUF file in bf16 (README.md says how to get one)' >&2
  exit 2
fi

exec llama-server \
  -m "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8081 \
  --alias chat-long \
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
