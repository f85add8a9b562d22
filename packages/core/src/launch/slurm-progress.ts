import type { ClusterProgress } from "./cluster-progress.ts";

/** A job as squeue or sacct says it. */
export interface SlurmJob {
  /** "PENDING", "RUNNING", "OUT_OF_MEMORY" and so on. */
  readonly state: string;
  /** Why it waits, or "0:9" of an end; "" where nothing is said. */
  readonly detail: string;
}

/** A line `STATE|DETAIL`; undefined for one that is none. */
export function readSlurmJob(line: string | undefined): SlurmJob | undefined {
  const [said = "", detail = ""] = (line ?? "").trim().split("|");
  // "CANCELLED by 1000", "CANCELLED+"
  const state = /^[A-Z_]+/.exec(said)?.[0];
  return state === undefined ? undefined : { state, detail };
}

const WAITING: ReadonlySet<string> = new Set([
  "PENDING",
  "CONFIGURING",
  "REQUEUED",
  "REQUEUE_HOLD",
  "RESV_DEL_HOLD",
  "SUSPENDED",
  "STOPPED",
]);
const RUNNING: ReadonlySet<string> = new Set(["RUNNING", "COMPLETING", "STAGE_OUT", "SIGNALING"]);

/** What a job's state means for its servers; undefined while it runs, and they have to be asked. */
export function slurmProgress({ state, detail }: SlurmJob): ClusterProgress | undefined {
  if (state === "RUNNING") {
    return undefined;
  }
  if (WAITING.has(state)) {
    return { is: "waiting", stage: detail === "" ? state : `${state} (${detail})` };
  }
  if (RUNNING.has(state)) {
    return { is: "waiting", stage: state };
  }
  const [code = "", signal = ""] = detail.split(":");
  const isSaid = /^\d+:\d+$/.test(detail);
  const end = signal === "0" || signal === "" ? `exit code ${code}` : `signal ${signal}`;
  return { is: "failed", how: `ended as a job (${isSaid ? `${state}, ${end}` : state})` };
}

/** Whether a job holds its cards, or will. */
export function isInQueue({ state }: SlurmJob): boolean {
  return WAITING.has(state) || RUNNING.has(state);
}
