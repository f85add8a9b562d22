#!/bin/sh
# Starts Envoy AI Gateway in the foreground as one OpenAI endpoint. Variables:
#   BERTH_ROUTER_PORT  port to listen on (4000)
#   BERTH_ROUTER_KEY   key that clients must show, on Kubernetes only (none)
#   BERTH_RUN_DIR      folder for the filled-in resources (run/ beside this file)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
run=${BERTH_RUN_DIR:-$here/run}
mkdir -p -- "$run"
run=$(CDPATH='' cd -- "$run" && pwd)
filled=$run/gateway.yaml
cp -- "$here/gateway.yaml.in" "$filled"
# fill NAME VALUE: puts the value where @NAME@ stands.
fill() {
  case $2 in
    "" | *[!A-Za-z0-9.:_-]*)
      printf 'start: %s: expected an address or a number, got %s\n' "$1" "$2" >&2
      exit 2
      ;;
  esac
  sed "s/@$1@/$2/g" "$filled" >"$filled.new"
  mv -- "$filled.new" "$filled"
}
fill LISTEN_PORT "${BERTH_ROUTER_PORT:-4000}"
if [ -n "${BERTH_ROUTER_KEY:-}" ]; then
  if [ "${1:-}" != check ]; then
    printf 'start: aigw can not ask for BERTH_ROUTER_KEY; apply the resources on Kubernetes (README.md), or unset it\n' >&2
    exit 2
  fi
  { printf -- '---\n' && cat -- "$here/key.yaml"; } >>"$filled"
fi
if [ "${1:-}" = check ]; then exec cat -- "$run/gateway.yaml"; fi
exec aigw run "$run/gateway.yaml"
