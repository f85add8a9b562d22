#!/bin/sh
# Serves "qwen-7b", replica 0, on "box1:4 rtx-3090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# Slurm says which cards the job has; this server's are these of them, counted from 1.
cards=${CUDA_VISIBLE_DEVICES:?Slurm gave no card: is this a job with --gres?}
card() { printf '%s' "$cards" | cut -d, -f"$1"; }
CUDA_VISIBLE_DEVICES="$(card 1)"
export CUDA_VISIBLE_DEVICES
export CUDA_DEVICE_ORDER=PCI_BUS_ID

# The plan counts on int4-awq, the model's own files hold bf16.
model=${MODEL_PATH_QWEN_7B:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_QWEN_7B to a checkpoint in int4-awq: the model'\''s own files hold bf16 (README.md says how to make one)' >&2
  exit 2
fi

# The plan counts on a bf16 KV cache. No setting forces it: a checkpoint may ask for another.
for file in "$model/hf_quant_config.json" "$model/config.json"; do
  if [ -f "$file" ] && tr -d '[:space:]' <"$file" | grep -Eq '"kv_cache_(quant_algo":"[A-Za-z]|scheme":[{])'; then
    printf 'start: %s asks for a KV cache of its own, the plan counts on bf16; plan it with kvCacheDtype auto\n' "$file" >&2
    exit 2
  fi
done
if [ ! -d "$model" ]; then
  printf 'start: %s is no folder to look into: should its files ask for another KV cache than bf16, it gets that\n' "$model" >&2
fi

exec trtllm-serve serve \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8001 \
  --config "$here/../config/qwen-7b.yaml" \
  -- "$model"
