#!/bin/sh
# Serves "mistral-7b", replica 1, on "box1:10 rtx-4090", "box1:11 rtx-4090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037810,GPU-00000000-0000-4000-8000-000000037811
# These cards can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1

model=mistralai/Mistral-7B-Instruct-v0.3
if [ -n "${MODEL_PATH_MISTRAL_7B:-}" ]; then model=$MODEL_PATH_MISTRAL_7B; fi

exec trtllm-serve serve \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8003 \
  --config "$here/../config/mistral-7b-r1.yaml" \
  -- "$model"
