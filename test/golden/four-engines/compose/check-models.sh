#!/bin/sh
# Looks into the models' files for what the servers can't be told otherwise.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ -f "$here/.env" ]; then
  set -a
  # shellcheck source=/dev/null
  . "$here/.env"
  set +a
fi

# "chat", replica 0
model=meta-llama/Llama-3.1-8B-Instruct
if [ -n "${MODEL_PATH_CHAT:-}" ]; then model=$MODEL_PATH_CHAT; fi

# The plan counts on a bf16 KV cache. No setting forces it: a checkpoint may ask for another.
for file in "$model/hf_quant_config.json" "$model/config.json"; do
  if [ -f "$file" ] && tr -d '[:space:]' <"$file" | grep -Eq '"kv_cache_(quant_algo":"[A-Za-z]|scheme":[{])'; then
    printf 'start: %s asks for a KV cache of its own, the plan counts on bf16; plan it with kvCacheDtype auto\n' "$file" >&2
    exit 2
  fi
done
if [ ! -d "$model" ]; then
  printf 'start: %s is no folder to look into: should its files ask for another KV cache than bf16, it gets that\n' "$model" >&2
fi

# "coder", replica 0
model=/srv/models/coder
if [ -n "${MODEL_PATH_CODER:-}" ]; then model=$MODEL_PATH_CODER; fi

# The plan counts on a bf16 KV cache. No setting forces it: a checkpoint may ask for another.
for file in "$model/hf_quant_config.json" "$model/config.json"; do
  if [ -f "$file" ] && tr -d '[:space:]' <"$file" | grep -Eq '"kv_cache_(quant_algo":"[A-Za-z]|scheme":[{])'; then
    printf 'start: %s asks for a KV cache of its own, the plan counts on bf16; plan it with kvCacheDtype auto\n' "$file" >&2
    exit 2
  fi
done
if [ ! -d "$model" ]; then
  printf 'start: %s is no folder to look into: should its files ask for another KV cache than bf16, it gets that\n' "$model" >&2
fi

# "small", replica 0
model=Qwen/Qwen2.5-0.5B-Instruct
if [ -n "${MODEL_PATH_SMALL:-}" ]; then model=$MODEL_PATH_SMALL; fi

# The plan counts on a bf16 KV cache. No setting forces it: a checkpoint may ask for another.
for file in "$model/hf_quant_config.json" "$model/config.json"; do
  if [ -f "$file" ] && tr -d '[:space:]' <"$file" | grep -Eq '"kv_cache_(quant_algo":"[A-Za-z]|scheme":[{])'; then
    printf 'start: %s asks for a KV cache of its own, the plan counts on bf16; plan it with kvCacheDtype auto\n' "$file" >&2
    exit 2
  fi
done
if [ ! -d "$model" ]; then
  printf 'start: %s is no folder to look into: should its files ask for another KV cache than bf16, it gets that\n' "$model" >&2
fi
