import type { Terminal } from "../io/terminal.ts";

/** Says what keeps a launch from starting; false where nothing does. */
export function refusedFor(
  reasons: readonly string[],
  terminal: Pick<Terminal, "remark">,
): boolean {
  for (const reason of reasons) {
    terminal.remark(`not started: ${reason}`);
  }
  return reasons.length > 0;
}
