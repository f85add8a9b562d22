import type { Completed, CompletedCommand } from "./completed-command.ts";
import { quotedForFish } from "./quoted.ts";

/** A completion script for fish 3 and newer. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c berth -n __fish_use_subcommand -f -a ${command.name} -d ${quotedForFish(command.description)}`,
    ...command.flags.map(
      ({ name, description, takes }) =>
        `complete -c berth -n '__fish_seen_subcommand_from ${command.name}' -l ${name}${taking(takes)} -d ${quotedForFish(description)}`,
    ),
    ...argumentLine(command),
  ]);
  return `# fish completion for berth; berth completion fish > ~/.config/fish/completions/berth.fish
${lines.join("\n")}
`;
}

function argumentLine({ name, argument }: CompletedCommand): readonly string[] {
  return argument.kind === "nothing" || argument.kind === "one-of"
    ? [
        `complete -c berth -n '__fish_seen_subcommand_from ${name}'${argument.kind === "one-of" ? taking(argument).replace(" -x", " -f") : " -f"}`,
      ]
    : [];
}

function taking(what: Completed): string {
  switch (what.kind) {
    case "nothing":
      return "";
    case "text":
      return " -x";
    case "file":
      return " -r -F";
    case "folder":
      return " -x -a '(__fish_complete_directories)'";
    case "one-of":
      return ` -x -a ${quotedForFish(what.values.join(" "))}`;
    default:
      return what satisfies never;
  }
}
