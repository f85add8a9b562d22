#!/usr/bin/env bash
# Starts a plan of tensorrt-llm models on this machine's own card with `berth launch`, with servers that take memory for real
# (serving-engine.py), and prints what was measured: as planned, in another order, and with models of their own.
#   start-order.sh PLAN MODELS OUT
# PLAN: of one host and one card. MODELS: a folder with a config.json for each model, where the plan says that its files are.
# OUT: a new folder for the events, logs and comparisons. Needs berth, PyTorch, PyYAML and curl.
set -euo pipefail
plan=$(readlink -f "$1")
models=$(readlink -f "$2")
mkdir -p "$3"
out=$(readlink -f "$3")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out/bin"
ln -sf "$here/serving-engine.py" "$out/bin/trtllm-serve"
export PATH="$out/bin:$PATH"
test -d "$models"

# What the plan takes as most likely, by the path of the model's files.
python3 - "$plan" >"$out/terms.json" <<'PYTHON'
import json, sys
terms = {}
for deployment in json.load(open(sys.argv[1]))["deployments"]:
    rank = deployment["ranks"][0]
    size = {term["id"]: term["bytes"] for term in rank["terms"]}
    taken = {when: sum(t["bytes"] for t in rank["terms"] if t["taken"] == when) for when in ("before-kv", "after-kv")}
    terms[deployment["source"]] = {
        "weights": size["weights"],
        "beside": taken["before-kv"] - size["weights"] - size["activations"],
        "peak": size["activations"],
        "after": taken["after-kv"],
        "kvBytesPerToken": rank["kv"]["bytesPerToken"],
    }
print(json.dumps(terms))
PYTHON

launch() {
  berth launch "$plan" --state "$out/$1" --events --on-departure continue >"$out/$1.jsonl" || true
}

export SERVING_ENGINE_TERMS="$out/terms.json"
launch planned
berth verify "$plan" --inventory local >"$out/planned-verify.txt" || true
berth stop --state "$out/planned"
sleep 5

# The last one first: the launch must refuse to start the first on what is left.
last=$(python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))["deployments"]; print(max(d, key=lambda x: x["startOrder"])["model"])' "$plan")
"$out/planned/bundle/start/$last.sh" >"$out/stray.log" 2>&1 &
stray=$!
until grep -q 'startup complete' "$out/stray.log"; do sleep 1; done
launch another-order
kill "$stray"
wait "$stray" || true
sleep 5

unset SERVING_ENGINE_TERMS
launch own
berth stop --state "$out/own"
grep -h '"measured"\|"failed"' "$out"/{planned,another-order,own}.jsonl
