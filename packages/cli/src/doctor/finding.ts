/** What one look at the environment found. */
export interface Finding {
  readonly id: string;
  /** A problem is something that is there and does not work; what is missing may not be needed. */
  readonly state: "there" | "missing" | "problem";
  /** What was found: a version, a path, a count; empty where there is nothing. */
  readonly found: string;
  /** What that means for Berth, one sentence. */
  readonly means: string;
}
