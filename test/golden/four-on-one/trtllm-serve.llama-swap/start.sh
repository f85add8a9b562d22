#!/bin/sh
# Starts llama-swap in the foreground as one OpenAI endpoint. Variables:
#   BERTH_ROUTER_HOST  address to listen on (127.0.0.1)
#   BERTH_ROUTER_PORT  port to listen on (4000)
#   BERTH_ROUTER_KEY   key that clients must show (none)
#   BERTH_RUN_DIR      folder for the configuration with the key's name (run/ beside this file)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
run=${BERTH_RUN_DIR:-$here/run}
mkdir -p -- "$run"
run=$(CDPATH='' cd -- "$run" && pwd)
cp -- "$here/config.yaml" "$run/config.yaml"
if [ -n "${BERTH_ROUTER_KEY:-}" ]; then
  # llama-swap reads the key from the environment itself.
  # shellcheck disable=SC2016
  printf '%s\n' 'apiKeys: ["${env.BERTH_ROUTER_KEY}"]' >>"$run/config.yaml"
fi
# The servers' scripts are named from the bundle's folder.
cd -- "$here/.."
exec llama-swap -config "$run/config.yaml" -listen "${BERTH_ROUTER_HOST:-127.0.0.1}:${BERTH_ROUTER_PORT:-4000}"
