#!/bin/sh
# Starts Triton on "desk" inside its OpenAI frontend; load-models.sh loads the models, in order.
# BERTH_OPENAI_FRONTEND is the folder of its main.py, BERTH_HOST the address to listen on (127.0.0.1;
# in a container 0.0.0.0). It asks for no key.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
frontend=/opt/tritonserver/python/openai/openai_frontend
if [ -n "${BERTH_OPENAI_FRONTEND:-}" ]; then frontend=$BERTH_OPENAI_FRONTEND; fi
for file in /engines/chat-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s8192-k64/config.json /engines/chat-long-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s32768-k64/config.json "$here"/repository/chat/1/model.py "$here"/repository/chat-long/1/model.py "$here"/repository/preprocessing/1/model.py "$here"/repository/postprocessing/1/model.py; do
  if [ ! -f "$file" ]; then
    printf 'start: there is no %s; run fetch-templates.sh and build.sh first\n' "$file" >&2
    exit 1
  fi
done
if [ ! -f "$frontend/main.py" ]; then
  printf 'start-openai: there is no %s/main.py; set BERTH_OPENAI_FRONTEND\n' "$frontend" >&2
  exit 1
fi

# gpu_device_ids count the cards as nvidia-smi does: PCI order, and every card visible.
export CUDA_DEVICE_ORDER=PCI_BUS_ID
unset CUDA_VISIBLE_DEVICES
export TRTLLM_ORCHESTRATOR=1
export TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES=1

exec python3 "$frontend/main.py" \
  --model-repository "$here"/repository \
  --tokenizer /models/Qwen-Qwen2.5-0.5B-Instruct \
  --backend tensorrtllm \
  --model-control-mode explicit \
  --host "$address" \
  --openai-port 9000 \
  --enable-kserve-frontends \
  --kserve-http-port 8000 \
  --kserve-grpc-port 8001
