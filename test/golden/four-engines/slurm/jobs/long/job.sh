#!/bin/bash
#SBATCH --job-name=berth-long
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gres=gpu:rtx3090:2
#SBATCH --time=UNLIMITED
#SBATCH --output=%x-%j.log
# "long", replica 0: port 8080
# "small", replica 0: port 8003
set -euo pipefail
cd -- "${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"
printf 'job %s runs on %s\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"
# Where its servers listen: on the first of its nodes, which runs this script.
printf '%s\n' "${SLURMD_NODENAME:-$(hostname)}" >address
# They share cards: each starts once the one before it answers.
exec ./start-all.sh
