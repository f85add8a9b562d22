#!/bin/sh
# Serves "chat-long", replica 0, on "desk:0 rtx-4090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

export CUDA_DEVICE_ORDER=PCI_BUS_ID
export CUDA_VISIBLE_DEVICES=GPU-00000000-0000-4000-8000-000000042300

exec sh "$here/../triton/chat-long/start.sh" \
  "${BERTH_HOST:-127.0.0.1}"
