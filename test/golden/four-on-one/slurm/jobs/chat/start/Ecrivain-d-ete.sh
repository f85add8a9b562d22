#!/bin/sh
# Serves "Écrivain d'été", replica 0, on "desk:0 rtx-4090".
set -eu

# Slurm says which cards the job has; this server's are these of them, counted from 1.
cards=${CUDA_VISIBLE_DEVICES:?Slurm gave no card: is this a job with --gres?}
card() { printf '%s' "$cards" | cut -d, -f"$1"; }
CUDA_VISIBLE_DEVICES="$(card 1)"
export CUDA_VISIBLE_DEVICES
export CUDA_DEVICE_ORDER=PCI_BUS_ID

# The plan counts on fp8, the model's own files hold bf16.
model=${MODEL_PATH_ECRIVAIN_D_ETE:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_ECRIVAIN_D_ETE to a checkpoint in fp8: the model'\''s own files hold bf16 (README.md says how to make one)' >&2
  exit 2
fi

exec vllm serve \
  "$model" \
  --host "${BERTH_HOST:-127.0.0.1}" \
  --port 8003 \
  --served-model-name='Écrivain d'\''été' \
  --tensor-parallel-size 1 \
  --max-model-len 8192 \
  --max-num-seqs 32 \
  --max-num-batched-tokens 4096 \
  --enable-chunked-prefill \
  --gpu-memory-utilization 0.207 \
  --kv-cache-memory-bytes 939524096 \
  --kv-cache-dtype fp8
