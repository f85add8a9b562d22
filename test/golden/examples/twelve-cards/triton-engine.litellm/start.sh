#!/bin/sh
# Starts LiteLLM in the foreground as one OpenAI endpoint. Variables:
#   BERTH_ROUTER_HOST  address to listen on (127.0.0.1)
#   BERTH_ROUTER_PORT  port to listen on (4000)
#   BERTH_ROUTER_KEY   key that clients must show (none)
#   BERTH_SERVER_KEY   key that the servers ask for (none)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# An empty key would still be asked for; LiteLLM's client of the servers must have one.
if [ -z "${BERTH_ROUTER_KEY:-}" ]; then unset BERTH_ROUTER_KEY; fi
export BERTH_SERVER_KEY="${BERTH_SERVER_KEY:-none}"
exec litellm --config "$here/config.yaml" --host "${BERTH_ROUTER_HOST:-127.0.0.1}" --port "${BERTH_ROUTER_PORT:-4000}"
