/** What a run of berth ends with; scripts rely on these. */
export const EXIT = {
  done: 0,
  /** The answer is no: nothing fits, the plan no longer holds. */
  no: 1,
  /** Bad usage or bad input. */
  input: 2,
  /** A tool that Berth drives failed, or Berth itself did. */
  failed: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
