#!/bin/sh
# Triton with "mistral-7b", replica 1, on "box1:10 rtx-4090", "box1:11 rtx-4090".
# What launch_triton_server.py --no-mpi would start: the model starts its own ranks, and mpirun
# around it would get in their way.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
triton=/opt/tritonserver/bin/tritonserver
if [ -n "${BERTH_TRITONSERVER:-}" ]; then triton=$BERTH_TRITONSERVER; fi

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000037810,GPU-00000000-0000-4000-8000-000000037811
# These cards can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1
# It would name another file than model.yaml.
unset LLM_CONFIG_PATH

model=mistralai/Mistral-7B-Instruct-v0.3

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
for file in model.py helpers.py; do
  if [ ! -f "$here"/../repositories/mistral-7b-r1/mistral-7b/1/"$file" ]; then
    printf 'start: there is no %s of the model; run fetch-templates.sh first\n' "$file" >&2
    exit 1
  fi
done

exec "$triton" \
  --model-repository="$here"/../repositories/mistral-7b-r1 \
  --http-address="$address" \
  --http-port=8030 \
  --grpc-address="$address" \
  --grpc-port=8031 \
  --metrics-address="$address" \
  --metrics-port=8032 \
  --pinned-memory-pool-byte-size=0 \
  --enable-peer-access=false \
  --cuda-memory-pool-byte-size=0:0 \
  --cuda-memory-pool-byte-size=1:0 \
  --backend-config=python,shm-region-prefix-name=berth_mistral-7b-r1_
