#!/bin/sh
# Loads the models of "desk", one after the other: Triton itself promises no order,
# and a fraction is of what is free at that moment.
set -eu
# A server that listens everywhere is asked on the loopback address.
address=127.0.0.1
if [ -n "${BERTH_HOST:-}" ]; then address=$BERTH_HOST; fi
if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi
server=${BERTH_TRITON_URL:-http://$address:8000}
timeout_s=${BERTH_START_TIMEOUT_S:-1800}

say() {
  printf 'load-models: %s\n' "$1"
}

fail() {
  printf 'load-models: %s\n' "$1" >&2
  exit 1
}

load() {
  say "loading $1"
  curl -fsS --max-time "$timeout_s" -o /dev/null -X POST "$server/v2/repository/models/$1/load" ||
    fail "$1 was not loaded; the server's own output says why. Nothing after it was tried."
  curl -fsS --max-time 30 -o /dev/null "$server/v2/models/$1/ready" ||
    fail "$1 was loaded but is not ready; see the server's own output"
}

began=$(date +%s)
until curl -fsS -o /dev/null --max-time 5 "$server/v2/health/live" 2>/dev/null; do
  if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then fail "no answer from $server"; fi
  sleep 1
done

load tensorrt_llm_chat
load preprocessing
load postprocessing
load chat
load tensorrt_llm_chat-long
load chat-long
say 'all models are loaded'
