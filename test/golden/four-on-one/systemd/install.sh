#!/bin/sh
# Installs this host's services, and starts nothing. As root. BERTH_ROOT is put before every path.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=${BERTH_ROOT:-}
folder=$root/opt/berth
units=$root/etc/systemd/system
variables=$root/etc/berth/berth.env

# Units that an earlier run installed.
if [ -f "$folder/units.list" ]; then
  while read -r unit; do
    case $unit in
      */*) ;;
      berth_router.service)
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
  echo berth_router.service >>"$folder/units.list"
fi
if [ ! -e "$variables" ]; then
  (umask 077 && cp -- "$here/berth.env" "$variables")
fi
if [ -z "$root" ]; then systemctl daemon-reload; fi
printf 'installed; look at %s, then: systemctl enable --now berth.target\n' "$variables"
