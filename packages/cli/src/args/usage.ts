import { renderUsage } from "citty";
import type { Command } from "./command.ts";

/** The help of one command: citty's, and whole command lines to start from. */
export async function commandUsage(command: Command): Promise<string> {
  const usage = await renderUsage(
    { meta: { ...command.meta }, args: { ...command.args } },
    { meta: { name: "berth" } },
  );
  const examples = command.examples.map((line) => `  ${line}`).join("\n");
  return `${usage.trimEnd()}\n\nEXAMPLES\n\n${examples}\n`;
}
