#!/bin/sh
# Starts Triton on "box1". It loads no model by itself: load-models.sh does, in order.
# BERTH_HOST is the address to listen on (127.0.0.1; in a container 0.0.0.0). Triton asks for no key:
# whoever reaches it may ask the models, and load and unload them.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
for file in /engines/llama-3b-meta-llama--Llama-3.2-3B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp2-pp1-sm86-b32-t4096-s8192-k64/config.json /engines/qwen-7b-srv-models-Qwen2-7B-Instruct-d26e9b21-trtllm-1.2.1-int4-awq-kv-bf16-tp1-pp1-sm86-b32-t4096-s8192-k64/config.json /engines/mistral-7b-mistralai--Mistral-7B-Instruct-v0.3-trtllm-1.2.1-bf16-kv-bf16-tp2-pp1-sm89-b64-t4096-s8192-k64/config.json "$here"/repository/preprocessing_Llama-3.2-3B-Instruct/1/model.py "$here"/repository/postprocessing_Llama-3.2-3B-Instruct/1/model.py "$here"/repository/preprocessing_Qwen2-7B-Instruct/1/model.py "$here"/repository/postprocessing_Qwen2-7B-Instruct/1/model.py "$here"/repository/preprocessing_Mistral-7B-Instruct-v0.3/1/model.py "$here"/repository/postprocessing_Mistral-7B-Instruct-v0.3/1/model.py; do
  if [ ! -f "$file" ]; then
    printf 'start: there is no %s; run fetch-templates.sh and build.sh first\n' "$file" >&2
    exit 1
  fi
done

# gpu_device_ids count the cards as nvidia-smi does: PCI order, and every card visible.
export CUDA_DEVICE_ORDER=PCI_BUS_ID
unset CUDA_VISIBLE_DEVICES
export TRTLLM_ORCHESTRATOR=1
export TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES=1
# Some models lie on cards that can't read each other's memory: NCCL goes through the host.
export NCCL_P2P_DISABLE=1

exec mpirun --allow-run-as-root \
  -n 1 /opt/tritonserver/bin/tritonserver \
  --model-repository="$here"/repository \
  --model-control-mode=explicit \
  --model-load-thread-count=1 \
  --http-address="$address" \
  --http-port=8000 \
  --grpc-address="$address" \
  --grpc-port=8001 \
  --metrics-address="$address" \
  --metrics-port=8002 \
  --pinned-memory-pool-byte-size=0 \
  --enable-peer-access=false \
  --cuda-memory-pool-byte-size=0:0 \
  --cuda-memory-pool-byte-size=1:0 \
  --cuda-memory-pool-byte-size=2:0 \
  --cuda-memory-pool-byte-size=3:0 \
  --cuda-memory-pool-byte-size=4:0 \
  --cuda-memory-pool-byte-size=5:0 \
  --cuda-memory-pool-byte-size=6:0 \
  --cuda-memory-pool-byte-size=7:0 \
  --cuda-memory-pool-byte-size=8:0 \
  --cuda-memory-pool-byte-size=9:0 \
  --cuda-memory-pool-byte-size=10:0 \
  --cuda-memory-pool-byte-size=11:0 \
  --disable-auto-complete-config \
  --backend-config=python,shm-region-prefix-name=berth_
