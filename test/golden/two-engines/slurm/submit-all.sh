#!/bin/sh
# Submits every job, with the arguments as options of sbatch.
# What is in the environment goes with them: BERTH_HOST, MODEL_PATH_…, HF_TOKEN.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
(cd -- "$here"/jobs/chat && rm -f address && sbatch "$@" job.sh)
