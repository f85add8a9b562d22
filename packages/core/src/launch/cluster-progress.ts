/** How far a workload or a job is. */
export type ClusterProgress =
  | { readonly is: "ready" }
  /** What it does or waits for, for a line of progress. */
  | { readonly is: "waiting"; readonly stage: string }
  /** Goes on from "it": "exited with 1". */
  | { readonly is: "failed"; readonly how: string };
