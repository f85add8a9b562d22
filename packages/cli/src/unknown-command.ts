import { closest } from "@berth/core";
import { COMMANDS } from "./commands/registry.ts";
import { UsageError } from "./usage-error.ts";

/** What to say of a first word that is no command. */
export function unknownCommand(name: string): UsageError {
  const what = name.startsWith("-") ? "flag" : "command";
  const near = closest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? "berth --help lists them" : `did you mean ${near}?`;
  return new UsageError(`unknown ${what} ${name}; ${hint}`);
}
