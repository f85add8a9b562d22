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

# "llama-3b", replica 0
model=meta-llama/Llama-3.2-3B-Instruct
if [ -n "${MODEL_PATH_LLAMA_3B:-}" ]; then model=$MODEL_PATH_LLAMA_3B; fi

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

# "qwen-7b", replica 0
# The plan counts on int4-awq, the model's own files hold bf16.
model=${MODEL_PATH_QWEN_7B:-}
if [ -z "$model" ]; then
  printf '%s\n' 'set MODEL_PATH_QWEN_7B to a checkpoint in int4-awq: the model'\''s own files hold bf16 (README.md says how to make one)' >&2
  exit 2
fi

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

# "mistral-7b", replica 0
model=mistralai/Mistral-7B-Instruct-v0.3
if [ -n "${MODEL_PATH_MISTRAL_7B:-}" ]; then model=$MODEL_PATH_MISTRAL_7B; fi

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

# "mistral-7b", replica 1
model=mistralai/Mistral-7B-Instruct-v0.3
if [ -n "${MODEL_PATH_MISTRAL_7B:-}" ]; then model=$MODEL_PATH_MISTRAL_7B; fi

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
