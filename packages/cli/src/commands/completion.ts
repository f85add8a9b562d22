import { shown } from "@berth/core";
import type { Command } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { bashCompletion } from "../completion/bash.ts";
import { completedCommand } from "../completion/completed-command.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { UsageError } from "../usage-error.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** The command that completes all of these. */
export function completionOf(commands: () => Promise<readonly Command[]>): Command {
  return {
    meta: {
      name: "completion",
      description: "A script with which your shell completes commands, flags and names",
    },
    args: {
      shell: { type: "positional", required: true, description: "bash, zsh or fish" },
    },
    examples: [
      "source <(berth completion bash)",
      "source <(berth completion zsh)",
      "berth completion fish > ~/.config/fish/completions/berth.fish",
    ],
    run: async (flags, terminal) => printCompletion(flags, terminal, await commands()),
  };
}

async function printCompletion(
  flags: Flags,
  terminal: Terminal,
  commands: readonly Command[],
): Promise<ExitCode> {
  const shell = flags.text("shell") ?? "";
  if (!isShell(shell)) {
    throw new UsageError(`expected bash, zsh or fish, got ${shown(shell)}`);
  }
  await terminal.print(SHELLS[shell](commands.map(completedCommand)));
  return EXIT.done;
}

function isShell(text: string): text is keyof typeof SHELLS {
  return Object.hasOwn(SHELLS, text);
}
