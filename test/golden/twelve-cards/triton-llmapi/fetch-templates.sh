#!/bin/sh
# Copies model.py and helpers.py of the LLM-API model from the Triton container (or a checkout of
# TensorRT-LLM; set BERTH_TEMPLATES to its triton_backend/all_models/llmapi/tensorrt_llm).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
templates=/app/all_models/llmapi/tensorrt_llm
if [ -n "${BERTH_TEMPLATES:-}" ]; then templates=$BERTH_TEMPLATES; fi

copy() {
  for file in model.py helpers.py; do
    if [ ! -f "$templates/1/$file" ]; then
      printf 'fetch-templates: there is no %s\n' "$templates/1/$file" >&2
      exit 1
    fi
    cp -- "$templates/1/$file" "$here/$1/1/$file"
  done
}

copy repositories/llama-3b/llama-3b
copy repositories/qwen-7b/qwen-7b
copy repositories/mistral-7b-r0/mistral-7b
copy repositories/mistral-7b-r1/mistral-7b
