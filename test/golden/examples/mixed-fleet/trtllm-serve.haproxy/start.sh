#!/bin/sh
# Starts HAProxy in the foreground as one OpenAI endpoint. Variables:
#   BERTH_ROUTER_HOST  address to listen on (127.0.0.1)
#   BERTH_ROUTER_PORT  port to listen on (4000)
#   BERTH_ROUTER_KEY   key that clients must show (none)
#   BERTH_SERVER_KEY   key that the servers ask for (none)
#   BERTH_BODY_BYTES   the model must come within so many bytes of a request (1048576)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ "${1:-}" = check ]; then exec haproxy -c -f "$here/haproxy.cfg"; fi
exec haproxy -db -f "$here/haproxy.cfg"
