import { shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import type { ServerHost } from "./server.ts";

/**
 * Starts the servers of a host strictly one after the other: each one's share is of what it finds
 * free, so two that start together would both plan with the same memory.
 */
export function startAllScript(host: ServerHost): string {
  const starts = host.servers.map(
    ({ file, port }) => `start ${shellQuote(file)} ${shellQuote(String(port))}`,
  );
  return [
    "#!/bin/sh",
    `# Starts every server of ${visible(host.name)}, one after the other, and stays in the foreground.`,
    "# Ctrl-C or TERM stops them in reverse order. Variables:",
    "#   BERTH_HOST             address to listen on (127.0.0.1; in a container 0.0.0.0)",
    "#   BERTH_START_TIMEOUT_S  longest wait for one server (1800)",
    "#   BERTH_LOG_DIR          where the servers' output goes (logs/ beside this file)",
    SETUP,
    ...starts,
    FINISH,
  ].join("\n");
}

const SETUP = `set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
timeout_s=\${BERTH_START_TIMEOUT_S:-1800}
logs=\${BERTH_LOG_DIR:-$here/logs}
address=\${BERTH_HOST:-127.0.0.1}
# A server that listens everywhere is asked on the loopback address.
if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi
mkdir -p -- "$logs"
# Process ids of what was started, the newest first.
started=''

say() {
  printf 'start-all: %s\\n' "$1"
}

answers() {
  curl -fsS -o /dev/null --max-time 5 "http://$address:$1/health" 2>/dev/null
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
  for pid in $started; do
    say "stopping process $pid"
    stop_one "$pid"
  done
}

fail() {
  printf 'start-all: %s\\n' "$1" >&2
  stop_all
  exit 1
}

# start NAME PORT: starts one server and returns when it answers.
start() {
  if answers "$2"; then fail "port $2 answers already: something else runs there"; fi
  say "starting $1 on port $2; its output goes to $logs/$1.log"
  "$here/start/$1.sh" >"$logs/$1.log" 2>&1 &
  pid=$!
  started="$pid $started"
  began=$(date +%s)
  until answers "$2"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      fail "$1 ended before it was ready; see the end of $logs/$1.log"
    fi
    if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then
      fail "$1 was not ready after $timeout_s s; see $logs/$1.log"
    fi
    sleep 1
  done
  say "$1 is ready"
}

trap 'stop_all; exit 130' INT
trap 'stop_all; exit 143' TERM
`;

const FINISH = `
say 'all servers are ready'
wait
say 'all servers have ended'
`;
