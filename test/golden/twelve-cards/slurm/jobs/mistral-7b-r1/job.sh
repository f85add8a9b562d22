#!/bin/bash
#SBATCH --job-name=berth-mistral-7b-r1
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gres=gpu:rtx4090:2
#SBATCH --time=UNLIMITED
#SBATCH --output=%x-%j.log
# "mistral-7b", replica 1: port 8003
# In a container (with pyxis), take one # away and mount this folder and the models:
##SBATCH --container-image=nvcr.io/nvidia/tensorrt-llm/release:1.2.1
set -euo pipefail
cd -- "${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"
printf 'job %s runs on %s\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"
# Where its servers listen: on the first of its nodes, which runs this script.
printf '%s\n' "${SLURMD_NODENAME:-$(hostname)}" >address
exec ./start/mistral-7b-r1.sh
