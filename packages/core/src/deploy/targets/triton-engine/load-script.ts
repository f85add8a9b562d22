import { overridable, shellQuote } from "../../text/shell.ts";
import { visible } from "../../text/visible.ts";
import type { TritonHost, TritonServer } from "./repository.ts";

/** Loads the models in the plan's start order; each answer comes when its memory is allocated. */
export function loadScript({ name, mode }: TritonHost, { models, ports }: TritonServer): string {
  const names = models.flatMap(({ llm, tokenizer, ensemble }) => [
    llm,
    tokenizer.preprocessing,
    tokenizer.postprocessing,
    ensemble,
  ]);
  const verb = mode === "orchestrator" ? "load" : "await_ready";
  const loads = [...new Set(names)].map((each) => `${verb} ${shellQuote(each)}`);
  return `${[
    "#!/bin/sh",
    ...(mode === "orchestrator"
      ? [
          `# Loads the models of ${visible(name)}, one after the other: Triton itself promises no order,`,
          "# and a fraction is of what is free at that moment.",
        ]
      : [`# Waits until the models of ${visible(name)} are loaded, which Triton does by itself.`]),
    "set -eu",
    "# A server that listens everywhere is asked on the loopback address.",
    ...overridable("address", "BERTH_HOST", "127.0.0.1"),
    `if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi`,
    `server=\${BERTH_TRITON_URL:-http://$address:${ports.http}}`,
    `timeout_s=\${BERTH_START_TIMEOUT_S:-1800}`,
    SAY,
    mode === "orchestrator" ? LOAD : AWAIT,
    UNTIL_LIVE,
    ...loads,
    "say 'all models are loaded'",
  ].join("\n")}\n`;
}

const SAY = `
say() {
  printf 'load-models: %s\\n' "$1"
}

fail() {
  printf 'load-models: %s\\n' "$1" >&2
  exit 1
}
`;

const LOAD = `load() {
  say "loading $1"
  curl -fsS --max-time "$timeout_s" -o /dev/null -X POST "$server/v2/repository/models/$1/load" ||
    fail "$1 was not loaded; the server's own output says why. Nothing after it was tried."
  curl -fsS --max-time 30 -o /dev/null "$server/v2/models/$1/ready" ||
    fail "$1 was loaded but is not ready; see the server's own output"
}
`;

const AWAIT = `await_ready() {
  say "waiting for $1"
  until curl -fsS -o /dev/null --max-time 5 "$server/v2/models/$1/ready" 2>/dev/null; do
    if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then
      fail "$1 was not ready after $timeout_s s; see the server's own output"
    fi
    sleep 1
  done
}
`;

const UNTIL_LIVE = `began=$(date +%s)
until curl -fsS -o /dev/null --max-time 5 "$server/v2/health/live" 2>/dev/null; do
  if [ $(($(date +%s) - began)) -ge "$timeout_s" ]; then fail "no answer from $server"; fi
  sleep 1
done
`;
