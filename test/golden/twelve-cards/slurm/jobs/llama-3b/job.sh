#!/bin/bash
#SBATCH --job-name=berth-llama-3b
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gres=gpu:rtx3090:2
#SBATCH --time=UNLIMITED
#SBATCH --output=%x-%j.log
# "llama-3b", replica 0: port 8000
# In a container (with pyxis), take one # away and mount this folder and the models:
##SBATCH --container-image=nvcr.io/nvidia/tensorrt-llm/release:1.2.1
set -euo pipefail
cd -- "${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"
printf 'job %s runs on %s\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"
# Where its servers listen: on the first of its nodes, which runs this script.
printf '%s\n' "${SLURMD_NODENAME:-$(hostname)}" >address
exec ./start/llama-3b.sh
