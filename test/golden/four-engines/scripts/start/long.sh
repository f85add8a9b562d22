#!/bin/sh
# Serves "long", replica 0, on "box:0 rtx-3090", "box:1 rtx-3090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000032900,GPU-00000000-0000-4000-8000-000000032901

model=/srv/models/long-f16.gguf
if [ -n "${MODEL_PATH_LONG:-}" ]; then model=$MODEL_PATH_LONG; fi

exec llama-server \
  -m "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8080 \
  --alias long \
  --metrics \
  --jinja \
  -ngl 29 \
  -sm layer \
  -ts 14,15 \
  --fit off \
  -c 32768 \
  -np 4 \
  -b 4096 \
  -ub 4096 \
  -fa on \
  -ctk q8_0 \
  -ctv q8_0
