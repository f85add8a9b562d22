#!/bin/sh
# Serves "chat", replica 0, on "desk:0 rtx-4090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042300

model=Qwen/Qwen2.5-0.5B-Instruct
if [ -n "${MODEL_PATH_CHAT:-}" ]; then model=$MODEL_PATH_CHAT; fi

exec trtllm-serve serve \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8000 \
  --config "$here/../config/chat.yaml" \
  -- "$model"
