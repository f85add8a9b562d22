#!/bin/sh
# Serves "coder", replica 0, on "box:2 rtx-4090", "box:3 rtx-4090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000032902,GPU-00000000-0000-4000-8000-000000032903
# These cards can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1

model=/srv/models/coder
if [ -n "${MODEL_PATH_CODER:-}" ]; then model=$MODEL_PATH_CODER; fi

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

exec python3 -m sglang.launch_server \
  --model-path="$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 30002 \
  --served-model-name=coder \
  --enable-metrics \
  --tp-size 2 \
  --disable-custom-all-reduce \
  --context-length 8192 \
  --max-running-requests 32 \
  --chunked-prefill-size 4096 \
  --dtype bfloat16 \
  --mem-fraction-static 0.4761 \
  --max-total-tokens 65536 \
  --kv-cache-dtype auto
