#!/bin/sh
# Serves "llama-3b", replica 0, on "box1:0 rtx-3090", "box1:3 rtx-3090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037800,GPU-00000000-0000-4000-8000-000000037803
# These cards can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1

model=meta-llama/Llama-3.2-3B-Instruct
if [ -n "${MODEL_PATH_LLAMA_3B:-}" ]; then model=$MODEL_PATH_LLAMA_3B; fi

exec trtllm-serve serve \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8000 \
  --config "$here/../config/llama-3b.yaml" \
  -- "$model"
