import { closest } from "@berth/core";
import type { Command } from "./args/command.ts";
import { readFlags } from "./args/read-flags.ts";
import { COMMANDS } from "./commands/registry.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { processTerminal, type Terminal } from "./io/terminal.ts";
import { mainUsage } from "./main-usage.ts";
import { sayError } from "./say-error.ts";
import { UsageError } from "./usage-error.ts";
import { readVersion } from "./version.ts";

/** Runs `berth ARGV`; never throws. */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    return sayError(error, terminal);
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h") {
    await terminal.print(mainUsage(await readVersion()));
    return first === undefined ? EXIT.input : EXIT.done;
  }
  if (first === "--version" || first === "-v") {
    await terminal.print(`${await readVersion()}\n`);
    return EXIT.done;
  }
  const command = await loadCommand(first);
  if (asksForHelp(rest)) {
    const { commandUsage } = await import("./args/usage.ts");
    await terminal.print(await commandUsage(command, terminal.hasColor));
    return EXIT.done;
  }
  return command.run(readFlags(command, rest), terminal);
}

function loadCommand(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) {
    return load();
  }
  const what = name.startsWith("-") ? "flag" : "command";
  const near = closest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? "berth --help lists them" : `did you mean ${near}?`;
  throw new UsageError(`unknown ${what} ${name}; ${hint}`);
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}
