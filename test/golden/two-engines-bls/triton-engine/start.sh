#!/bin/sh
# Starts Triton on "desk". It loads no model by itself: load-models.sh does, in order.
# BERTH_HOST is the address to listen on (127.0.0.1; in a container 0.0.0.0). Triton asks for no key:
# whoever reaches it may ask the models, and load and unload them.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
for file in /engines/chat-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s8192-k64/config.json /engines/chat-long-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s32768-k64/config.json "$here"/repository/chat/1/model.py "$here"/repository/chat-long/1/model.py "$here"/repository/preprocessing/1/model.py "$here"/repository/postprocessing/1/model.py; do
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
  --disable-auto-complete-config \
  --backend-config=python,shm-region-prefix-name=berth_
