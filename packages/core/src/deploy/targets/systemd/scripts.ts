import { ENVIRONMENT_FILE, FOLDER, ROUTER_ENVIRONMENT_FILE, ROUTER_UNIT } from "./units.ts";

/** Waits until a server answers; systemd ends it with the server, and after the unit's start timeout. */
export const WAIT_SCRIPT: string = `#!/bin/sh
# wait-ready.sh PORT PATH: returns when the server on this port answers.
set -eu
address=\${BERTH_HOST:-127.0.0.1}
# A server that listens everywhere is asked on the loopback address.
if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi
until curl -fsS -o /dev/null --max-time 5 "http://$address:$1$2" 2>/dev/null; do
  sleep 1
done
`;

/** Puts a host's files where its units look for them. Removes what an earlier run put there and this one has not. */
export const INSTALL_SCRIPT: string = `#!/bin/sh
# Installs this host's services, and starts nothing. As root. BERTH_ROOT is put before every path.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=\${BERTH_ROOT:-}
folder=$root${FOLDER}
units=$root/etc/systemd/system
variables=$root${ENVIRONMENT_FILE}

# Units that an earlier run installed.
if [ -f "$folder/units.list" ]; then
  while read -r unit; do
    case $unit in
      */*) ;;
      ${ROUTER_UNIT})
        rm -f -- "$units/$unit"
        rm -rf -- "$folder/router"
        ;;
      berth-*.service | berth.target) rm -f -- "$units/$unit" ;;
    esac
  done <"$folder/units.list"
fi

rm -rf -- "$folder/start" "$folder/config" "$folder/triton" "$folder/run"
mkdir -p -- "$folder" "$units" "$(dirname -- "$variables")"
cp -R -- "$here/start" "$here/wait-ready.sh" "$folder/"
for more in config triton; do
  if [ -d "$here/$more" ]; then cp -R -- "$here/$more" "$folder/"; fi
done
for unit in "$here"/units/*; do
  cp -- "$unit" "$units/"
  basename -- "$unit"
done >"$folder/units.list"
# The router, where this host has it.
if [ -f "$here/router/install.sh" ]; then
  sh "$here/router/install.sh"
  echo ${ROUTER_UNIT} >>"$folder/units.list"
fi
if [ ! -e "$variables" ]; then
  (umask 077 && cp -- "$here/berth.env" "$variables")
fi
if [ -z "$root" ]; then systemctl daemon-reload; fi
printf 'installed; look at %s, then: systemctl enable --now berth.target\\n' "$variables"
`;

/** Puts a router's folder where its unit looks for it. */
export const ROUTER_INSTALL_SCRIPT: string = `#!/bin/sh
# Installs the router as a service, and starts nothing. As root. BERTH_ROOT is put before every path.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=\${BERTH_ROOT:-}
folder=$root${FOLDER}/router
units=$root/etc/systemd/system
variables=$root${ROUTER_ENVIRONMENT_FILE}

rm -rf -- "$folder"
mkdir -p -- "$folder" "$units" "$(dirname -- "$variables")"
cp -R -- "$here/." "$folder/"
rm -rf -- "$folder/run"
# Its user must read it, whatever umask this is run with.
chmod -- a+rx "$(dirname -- "$folder")"
chmod -R -- a+rX "$folder"
cp -- "$here/${ROUTER_UNIT}" "$units/"
if [ ! -e "$variables" ]; then
  (umask 077 && cp -- "$here/router.env" "$variables")
fi
if [ -z "$root" ]; then systemctl daemon-reload; fi
printf 'installed; look at %s, then: systemctl enable --now ${ROUTER_UNIT}\\n' "$variables"
`;
