import type { Command } from "./args/command.ts";
import { COMMANDS } from "./commands/registry.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { processTerminal, type Terminal } from "./io/terminal.ts";

// what only some command lines need is loaded by them: core alone has some hundred files. Not core itself, of which a bundler
// then keeps everything, but a file that takes what it needs of it

/** Runs `berth ARGV`; never throws. */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    const { sayError } = await import("./say-error.ts");
    return sayError(error, terminal);
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h") {
    const { mainUsage } = await import("./main-usage.ts");
    await terminal.print(mainUsage(await versionOf()));
    return first === undefined ? EXIT.input : EXIT.done;
  }
  if (first === "--version" || first === "-v") {
    await terminal.print(`${await versionOf()}\n`);
    return EXIT.done;
  }
  const command = await loadCommand(first);
  if (asksForHelp(rest)) {
    const { commandUsage } = await import("./args/usage.ts");
    await terminal.print(await commandUsage(command, terminal.hasColor));
    return EXIT.done;
  }
  const { readFlags } = await import("./args/read-flags.ts");
  return command.run(readFlags(command, rest), terminal);
}

async function versionOf(): Promise<string> {
  const { readVersion } = await import("./version.ts");
  return readVersion();
}

async function loadCommand(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) {
    return load();
  }
  const { unknownCommand } = await import("./unknown-command.ts");
  throw unknownCommand(name);
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}
