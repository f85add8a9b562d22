#!/bin/sh
# Starts every server of "the job berth-chat", one after the other, and stays in the foreground.
# Ctrl-C or TERM stops them in reverse order; so does the end of any of them. Variables:
#   BERTH_HOST             address to listen on (127.0.0.1; in a container 0.0.0.0)
#   BERTH_START_TIMEOUT_S  longest wait for one server (1800)
#   BERTH_LOG_DIR          where the servers' output goes (logs/ beside this file)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
timeout_s=${BERTH_START_TIMEOUT_S:-1800}
logs=${BERTH_LOG_DIR:-$here/logs}
address=${BERTH_HOST:-127.0.0.1}
# A server that listens everywhere is asked on the loopback address.
if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi
mkdir -p -- "$logs"
# PID=NAME of what was started, the newest first.
started=''

say() {
  printf 'start-all: %s\n' "$1"
}

# answers PORT PATH
answers() {
  curl -fsS -o /dev/null --max-time 5 "http://$address:$1$2" 2>/dev/null
}

stop_one() {
  kill "$1" 2>/dev/null || return 0
  waited=0
  while kill -0 "$1" 2>/dev/null; do
    if [ "$waited" -ge 60 ]; then kill -9 "$1" 2>/dev/null || true; fi
    sleep 1
    waited=$((waited + 1))
  done
}

stop_all() {
  trap '' INT TERM
  for server in $started; do
    if kill -0 "${server%%=*}" 2>/dev/null; then
      say "stopping ${server#*=}"
      stop_one "${server%%=*}"
    fi
  done
}

fail() {
  printf 'start-all: %s\n' "$1" >&2
  stop_all
  exit 1
}

# Fails as soon as one of the servers has ended: the plan counts on all of them.
need_all() {
  for server in $started; do
    if ! kill -0 "${server%%=*}" 2>/dev/null; then
      fail "${server#*=} ended$1; see the end of $logs/${server#*=}.log"
    fi
  done
}

# start NAME PORT PATH: starts one server and returns when it answers.
start() {
  if answers "$2" "$3"; then fail "port $2 answers already: something else runs there"; fi
  say "starting $1 on port $2; its output goes to $logs/$1.log"
  "$here/start/$1.sh" >"$logs/$1.log" 2>&1 &
  started="$!=$1 $started"
  began=$(date +%s)
  until answers "$2" "$3"; do
    need_all " while $1 was starting"
    if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then
      fail "$1 was not ready after $timeout_s s; see $logs/$1.log"
    fi
    sleep 1
  done
  say "$1 is ready"
}

trap 'stop_all; exit 130' INT
trap 'stop_all; exit 143' TERM

start chat 8000 /v2/health/ready
start chat-long 8001 /v2/health/ready

say 'all servers are ready'
while :; do
  need_all ''
  sleep 1
done
