#!/bin/sh
# Copies the Python code of the models from the Triton container (or a checkout of
# tensorrtllm_backend; set BERTH_TEMPLATES to its all_models/inflight_batcher_llm).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
templates=/app/all_models/inflight_batcher_llm
if [ -n "${BERTH_TEMPLATES:-}" ]; then templates=$BERTH_TEMPLATES; fi

copy() {
  if [ ! -f "$templates/$1/1/model.py" ]; then
    printf 'fetch-templates: there is no %s\n' "$templates/$1/1/model.py" >&2
    exit 1
  fi
  cp -R -- "$templates/$1/1/." "$here/$2/1/"
}

copy preprocessing repository/preprocessing_Qwen2.5-0.5B-Instruct
copy postprocessing repository/postprocessing_Qwen2.5-0.5B-Instruct
copy preprocessing repository/preprocessing_Qwen2.5-Coder-1.5B
copy postprocessing repository/postprocessing_Qwen2.5-Coder-1.5B
copy preprocessing repository/preprocessing_writer-3b
copy postprocessing repository/postprocessing_writer-3b
