#!/bin/sh
# Triton with "Écrivain d'été", replica 0, on "desk:0 rtx-4090".
# What launch_triton_server.py --no-mpi would start: the model starts its own ranks, and mpirun
# around it would get in their way.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
triton=/opt/tritonserver/bin/tritonserver
if [ -n "${BERTH_TRITONSERVER:-}" ]; then triton=$BERTH_TRITONSERVER; fi

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042300
# It would name another file than model.yaml.
unset LLM_CONFIG_PATH

model=/models/example-org-writer-3b-fp8
if [ ! -f "$model/config.json" ]; then
  printf 'start: there is no %s/config.json; README.md says what belongs there\n' "$model" >&2
  exit 1
fi
for file in model.py helpers.py; do
  if [ ! -f "$here"/../repositories/Ecrivain-d-ete/Ecrivain-d-ete/1/"$file" ]; then
    printf 'start: there is no %s of the model; run fetch-templates.sh first\n' "$file" >&2
    exit 1
  fi
done

exec "$triton" \
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
  --backend-config=python,shm-region-prefix-name=berth_Ecrivain-d-ete_
