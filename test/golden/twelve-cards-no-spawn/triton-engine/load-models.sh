#!/bin/sh
# Waits until the models of "box1" are loaded, which Triton does by itself.
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

await_ready() {
  say "waiting for $1"
  until curl -fsS -o /dev/null --max-time 5 "$server/v2/models/$1/ready" 2>/dev/null; do
    if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then
      fail "$1 was not ready after $timeout_s s; see the server's own output"
    fi
    sleep 1
  done
}

began=$(date +%s)
until curl -fsS -o /dev/null --max-time 5 "$server/v2/health/live" 2>/dev/null; do
  if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then fail "no answer from $server"; fi
  sleep 1
done

await_ready tensorrt_llm_llama-3b
await_ready preprocessing_Llama-3.2-3B-Instruct
await_ready postprocessing_Llama-3.2-3B-Instruct
await_ready llama-3b
await_ready tensorrt_llm_qwen-7b
await_ready preprocessing_Qwen2-7B-Instruct
await_ready postprocessing_Qwen2-7B-Instruct
await_ready qwen-7b
await_ready tensorrt_llm_mistral-7b
await_ready preprocessing_Mistral-7B-Instruct-v0.3
await_ready postprocessing_Mistral-7B-Instruct-v0.3
await_ready mistral-7b
say 'all models are loaded'
