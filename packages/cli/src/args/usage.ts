import { stripVTControlCharacters } from "node:util";
import { renderUsage } from "citty";
import type { Command } from "./command.ts";

/** The help of one command: citty's, in colour where `hasColor`, and whole command lines to start from. */
export async function commandUsage(command: Command, hasColor: boolean): Promise<string> {
  const usage = await renderUsage(
    { meta: { ...command.meta }, args: { ...command.args } },
    { meta: { name: "berth" } },
  );
  const examples = command.examples.map((line) => `  ${line}`).join("\n");
  // citty asks NO_COLOR and the like, not whether it writes into a pipe
  const shown = hasColor ? usage : stripVTControlCharacters(usage);
  return `${shown.trimEnd()}\n\nEXAMPLES\n\n${examples}\n`;
}
