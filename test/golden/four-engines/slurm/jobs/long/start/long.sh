#!/bin/sh
# Serves "long", replica 0, on "box:0 rtx-3090", "box:1 rtx-3090".
set -eu

# Slurm says which cards the job has; this server's are these of them, counted from 1.
cards=${CUDA_VISIBLE_DEVICES:?Slurm gave no card: is this a job with --gres?}
card() { printf '%s' "$cards" | cut -d, -f"$1"; }
CUDA_VISIBLE_DEVICES="$(card 1),$(card 2)"
export CUDA_VISIBLE_DEVICES
export CUDA_DEVICE_ORDER=PCI_BUS_ID

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
