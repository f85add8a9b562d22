#!/bin/sh
# Serves "Écrivain d'été", replica 0, on "desk:0 rtx-4090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042300

# llama.cpp reads GGUF files; the plan counts on a GGUF file.
model=${MODEL_PATH_ECRIVAIN_D_ETE:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_ECRIVAIN_D_ETE to a GGUF file (README.md says how to get one)' >&2
  exit 2
fi

exec llama-server \
  -m "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8083 \
  --alias 'Écrivain d'\''été' \
  --metrics \
  --jinja \
  -ngl 29 \
  --fit off \
  -c 32768 \
  -np 4 \
  -b 4096 \
  -ub 4096 \
  -fa on \
  -ctk q8_0 \
  -ctv q8_0
