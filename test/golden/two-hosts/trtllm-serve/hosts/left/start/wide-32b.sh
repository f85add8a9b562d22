#!/bin/sh
# Serves "wide-32b", replica 0, over the hosts "left", "right", in the order of ranks.
# This folder must be at the same place on all of them, and ssh must reach them without a password.
set -eu
bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
export BERTH_HOST="${BERTH_HOST:-127.0.0.1}"
address_0=left
if [ -n "${BERTH_ADDRESS_LEFT:-}" ]; then address_0=$BERTH_ADDRESS_LEFT; fi
address_1=right
if [ -n "${BERTH_ADDRESS_RIGHT:-}" ]; then address_1=$BERTH_ADDRESS_RIGHT; fi

model=Qwen/Qwen2.5-32B-Instruct
if [ -n "${MODEL_PATH_WIDE_32B:-}" ]; then model=$MODEL_PATH_WIDE_32B; fi
export MODEL_PATH_WIDE_32B="$model"

exec mpirun --allow-run-as-root --bind-to none \
  -H "$address_0:2" -np 2 -x BERTH_HOST -x MODEL_PATH_WIDE_32B "$bundle/hosts/left/ranks/wide-32b.sh" : \
  -H "$address_1:2" -np 2 -x BERTH_HOST -x MODEL_PATH_WIDE_32B "$bundle/hosts/right/ranks/wide-32b.sh"
