#!/bin/sh
# Serves "chat-long", replica 0, on "desk:0 rtx-4090".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# Slurm says which cards the job has; this server's are these of them, counted from 1.
cards=${CUDA_VISIBLE_DEVICES:?Slurm gave no card: is this a job with --gres?}
card() { printf '%s' "$cards" | cut -d, -f"$1"; }
CUDA_VISIBLE_DEVICES="$(card 1)"
export CUDA_VISIBLE_DEVICES
export CUDA_DEVICE_ORDER=PCI_BUS_ID

exec sh "$here/../triton/chat-long/start.sh" \
  "${BERTH_HOST:-127.0.0.1}"
