#!/bin/bash
#SBATCH --job-name=berth-wide-32b
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --gres=gpu:rtx4090:2
#SBATCH --time=UNLIMITED
#SBATCH --output=%x-%j.log
# "wide-32b", replica 0: port 8000
# In a container (with pyxis), take one # away and mount this folder and the models:
##SBATCH --container-image=nvcr.io/nvidia/tensorrt-llm/release:1.2.1
set -euo pipefail
cd -- "${SLURM_SUBMIT_DIR:?submit this with sbatch, from its own folder}"
printf 'job %s runs on %s\n' "$SLURM_JOB_ID" "$SLURM_JOB_NODELIST"
# Where its servers listen: on the first of its nodes, which runs this script.
printf '%s\n' "${SLURMD_NODENAME:-$(hostname)}" >address
# srun does not take over the processors a task that the job was given.
if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"; fi
# One task a rank, hosts one after the other; rank 0 serves.
exec srun --mpi=pmix --distribution=block ./start/wide-32b.sh
