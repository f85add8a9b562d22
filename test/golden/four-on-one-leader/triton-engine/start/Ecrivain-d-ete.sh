#!/bin/sh
# Triton with "Écrivain d'été", replica 0, on "desk:0 rtx-4090".
# BERTH_HOST is the address to listen on (127.0.0.1; in a container 0.0.0.0). Triton asks for no key.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
for file in /engines/Ecrivain-d-ete-example-org--writer-3b-trtllm-1.2.1-fp8-kv-fp8-tp1-pp1-sm89-b32-t4096-s8192-k64/config.json "$here"/../repositories/Ecrivain-d-ete/preprocessing_writer-3b/1/model.py "$here"/../repositories/Ecrivain-d-ete/postprocessing_writer-3b/1/model.py; do
  if [ ! -f "$file" ]; then
    printf 'start: there is no %s; run fetch-templates.sh and build.sh first\n' "$file" >&2
    exit 1
  fi
done

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042300
# Each model leads itself.
unset TRTLLM_ORCHESTRATOR TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES

exec mpirun --allow-run-as-root \
  -n 1 /opt/tritonserver/bin/tritonserver \
  --model-repository="$here"/../repositories/Ecrivain-d-ete \
  --http-address="$address" \
  --http-port=8030 \
  --grpc-address="$address" \
  --grpc-port=8031 \
  --metrics-address="$address" \
  --metrics-port=8032 \
  --pinned-memory-pool-byte-size=0 \
  --enable-peer-access=false \
  --cuda-memory-pool-byte-size=0:0 \
  --disable-auto-complete-config \
  --backend-config=python,shm-region-prefix-name=berth_Ecrivain-d-ete_0_
