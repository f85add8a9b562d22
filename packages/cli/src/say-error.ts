import { InputError } from "@berth/core";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./io/terminal.ts";
import { ToolError } from "./tool-error.ts";
import { UsageError } from "./usage-error.ts";

/** Says on stderr, in one sentence, what went wrong. BERTH_DEBUG=1 adds the stack. */
export function sayError(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof InputError || error instanceof UsageError) {
    terminal.remark(oneLine(error.message));
    sayStack(error, terminal);
    return EXIT.input;
  }
  if (error instanceof ToolError) {
    terminal.remark(oneLine(error.message));
  } else {
    const message = error instanceof Error ? error.message : String(error);
    terminal.remark(`internal error: ${oneLine(message)}; please report it, with what you ran`);
  }
  sayStack(error, terminal);
  return EXIT.failed;
}

function sayStack(error: unknown, terminal: Terminal): void {
  if (process.env["BERTH_DEBUG"] === "1" && error instanceof Error) {
    terminal.remark(error.stack ?? error.message);
  }
}

/** Control characters of a hostile file must not reach the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
}
