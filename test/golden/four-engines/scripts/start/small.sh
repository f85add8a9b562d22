#!/bin/sh
# Serves "small", replica 0, on "box:1 rtx-3090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000032901

model=Qwen/Qwen2.5-0.5B-Instruct
if [ -n "${MODEL_PATH_SMALL:-}" ]; then model=$MODEL_PATH_SMALL; fi

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
  --port 8003 \
  --config "$here/../config/small.yaml" \
  -- "$model"
