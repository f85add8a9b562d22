#!/bin/sh
# wait-ready.sh PORT PATH: returns when the server on this port answers.
set -eu
address=${BERTH_HOST:-127.0.0.1}
# A server that listens everywhere is asked on the loopback address.
if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi
until curl -fsS -o /dev/null --max-time 5 "http://$address:$1$2" 2>/dev/null; do
  sleep 1
done
