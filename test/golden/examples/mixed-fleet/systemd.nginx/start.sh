#!/bin/sh
# Starts nginx in the foreground as one OpenAI endpoint. Variables:
#   BERTH_ROUTER_HOST  address to listen on (127.0.0.1)
#   BERTH_ROUTER_PORT  port to listen on (4000)
#   BERTH_ROUTER_KEY   key that clients must show (none)
#   BERTH_SERVER_KEY   key that the servers ask for (none)
#   BERTH_BODY_BYTES   largest request (67108864)
#   BERTH_NJS_MODULE   ngx_http_js_module.so, where it is at none of its usual places
#   BERTH_RUN_DIR      folder for the filled-in configuration and temporary files (run/ beside this file)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
module=${BERTH_NJS_MODULE:-}
for file in /usr/lib/nginx/modules/ngx_http_js_module.so /usr/lib64/nginx/modules/ngx_http_js_module.so /etc/nginx/modules/ngx_http_js_module.so; do
  if [ -z "$module" ] && [ -f "$file" ]; then module=$file; fi
done
if [ -z "$module" ]; then
  printf 'start: nginx needs its njs module (Debian: libnginx-mod-http-js); or set BERTH_NJS_MODULE\n' >&2
  exit 2
fi
run=${BERTH_RUN_DIR:-$here/run}
mkdir -p -- "$run"
run=$(CDPATH='' cd -- "$run" && pwd)
filled=$run/nginx.conf
cp -- "$here/nginx.conf.in" "$filled"
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
fill LISTEN "${BERTH_ROUTER_HOST:-127.0.0.1}:${BERTH_ROUTER_PORT:-4000}"
fill BODY_BYTES "${BERTH_BODY_BYTES:-67108864}"
cp -- "$here/router.js" "$here/routes.js" "$run/"
if [ "${1:-}" = check ]; then exec nginx -p "$run" -c "$run/nginx.conf" -g "load_module \"$module\";" -t; fi
exec nginx -p "$run" -c "$run/nginx.conf" -g "load_module \"$module\";"
