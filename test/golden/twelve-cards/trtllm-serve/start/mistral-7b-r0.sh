#!/bin/sh
# Serves "mistral-7b", replica 0, on "box1:8 rtx-4090", "box1:9 rtx-4090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037808,GPU-00000000-0000-4000-8000-000000037809
# These cards can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1

model=mistralai/Mistral-7B-Instruct-v0.3
if [ -n "${MODEL_PATH_MISTRAL_7B:-}" ]; then model=$MODEL_PATH_MISTRAL_7B; fi

exec trtllm-serve serve \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8002 \
  --config "$here/../config/mistral-7b-r0.yaml" \
  -- "$model"
