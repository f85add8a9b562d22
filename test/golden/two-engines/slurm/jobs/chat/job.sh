#!/bin/bash
#SBATCH --job-name=berth-chat
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gres=gpu:rtx4090:1
#SBATCH --time=UNLIMITED
#SBATCH --output=%x-%j.log
# "chat", replica 0: port 8000
# "chat-long", replica 0: port 8001
# In a container (with pyxis), take one # away and mount this folder and the models:
##SBATCH --container-image=nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3
set -euo pipefail
cd -- "${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"
printf 'job %s runs on %s\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"
# Where its servers listen: on the first of its nodes, which runs this script.
printf '%s\n' "${SLURMD_NODENAME:-$(hostname)}" >address
# They share cards: each starts once the one before it answers.
exec ./start-all.sh
