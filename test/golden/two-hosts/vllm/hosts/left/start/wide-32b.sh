#!/bin/sh
# Serves "wide-32b", replica 0, on "left:0 rtx-4090", "left:1 rtx-4090".
set -eu

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042700,GPU-00000000-0000-4000-8000-000000042701
# These cards can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1
export VLLM_PP_LAYER_PARTITION=16,12

leader=left
if [ -n "${BERTH_ADDRESS_LEFT:-}" ]; then leader=$BERTH_ADDRESS_LEFT; fi

model=Qwen/Qwen2.5-32B-Instruct
if [ -n "${MODEL_PATH_WIDE_32B:-}" ]; then model=$MODEL_PATH_WIDE_32B; fi

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

exec vllm serve \
  "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8000 \
  --served-model-name=wide-32b \
  --nnodes 2 \
  --node-rank 0 \
  --master-addr "$leader" \
  --master-port 29500 \
  --tensor-parallel-size 2 \
  --pipeline-parallel-size 2 \
  --disable-custom-all-reduce \
  --max-model-len 8192 \
  --max-num-seqs 32 \
  --max-num-batched-tokens 4096 \
  --enable-chunked-prefill \
  --dtype bfloat16 \
  --gpu-memory-utilization 0.7428 \
  --kv-cache-memory-bytes 1073741824 \
  --kv-cache-dtype auto
