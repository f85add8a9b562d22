#!/bin/sh
# start.sh ADDRESS: Triton with "chat", replica 0, a process a card.
# BERTH_TEMPLATES is TensorRT-LLM's all_models/inflight_batcher_llm, BERTH_RUN_DIR where the repository is put.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=$1
templates=/app/all_models/inflight_batcher_llm
if [ -n "${BERTH_TEMPLATES:-}" ]; then templates=$BERTH_TEMPLATES; fi
repository=${BERTH_RUN_DIR:-$here/../../run}/chat

need() {
  if [ ! -e "$1" ]; then
    printf 'start: there is no %s: %s; README.md says more\n' "$1" "$2" >&2
    exit 1
  fi
}

# model NAME [TEMPLATE]
model() {
  mkdir -p -- "$repository/$1/1"
  cp -- "$here/$1.pbtxt" "$repository/$1/config.pbtxt"
  if [ -n "${2:-}" ]; then
    need "$templates/$2/1/model.py" 'it comes with TensorRT-LLM'
    cp -R -- "$templates/$2/1/." "$repository/$1/1/"
  fi
}

need /engines/chat-Qwen--Qwen2.5-0.5B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp1-pp1-sm89-b32-t4096-s8192-k64/config.json 'build.sh makes it'
need /models/Qwen-Qwen2.5-0.5B-Instruct "the tokenizer is read from the model's own files"
rm -rf -- "$repository"
model tensorrt_llm_chat
model chat
model preprocessing_Qwen2.5-0.5B-Instruct preprocessing
model postprocessing_Qwen2.5-0.5B-Instruct postprocessing
# Each model leads itself.
unset TRTLLM_ORCHESTRATOR TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES
# In a job of Slurm mpirun counts tasks, of which the job has one for all ranks.
set --
if [ -n "${SLURM_JOB_ID:-}" ]; then set -- --oversubscribe; fi
exec mpirun --allow-run-as-root \
  "$@" \
  -n 1 /opt/tritonserver/bin/tritonserver \
  --model-repository="$repository" \
  --http-address="$address" \
  --http-port=8000 \
  --grpc-address="$address" \
  --grpc-port=9000 \
  --metrics-address="$address" \
  --metrics-port=10000 \
  --pinned-memory-pool-byte-size=0 \
  --enable-peer-access=false \
  --cuda-memory-pool-byte-size=0:0 \
  --disable-auto-complete-config \
  --backend-config=python,shm-region-prefix-name=berth_chat_0_
