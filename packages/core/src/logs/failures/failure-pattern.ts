import type { FailureCode, LogFailure } from "../log-document.ts";
import type { LinePattern } from "../pattern.ts";

/** A kind of line that says why an engine does not run. */
export interface FailurePattern {
  readonly code: FailureCode;
  /** Texts that the line has, all of them. */
  readonly has: readonly string[];
  /** What the line must look like beside that, where its texts alone say too little. */
  readonly shape?: RegExp;
  /** Numbers of such a line. */
  readonly numbers?: Readonly<
    Partial<
      Record<
        keyof Pick<LogFailure, "requestedBytes" | "freeBytes" | "totalBytes">,
        Pick<LinePattern, "after" | "before" | "unit">
      >
    >
  >;
  readonly source: string;
}
