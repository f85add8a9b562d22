import type { Completed, CompletedCommand, CompletedFlag } from "./completed-command.ts";
import { quoted } from "./quoted.ts";

/** A completion script for zsh; works from a file `_berth` of `fpath` as well as from `source`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef berth
# zsh completion for berth; in ~/.zshrc: source <(berth completion zsh)
_berth() {
  local state
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${plain(description)}`)}`).join("\n")}
  )
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = _berth ]; then _berth "$@"; else compdef _berth berth; fi
`;
}

function commandCase({ name, flags, argument }: CompletedCommand): string {
  const specs = [
    ...flags.map(flagSpec),
    ...(argument.kind === "nothing" ? [] : [quoted(`*::${action(argument, "argument")}`)]),
  ];
  return `        ${name}) _arguments ${specs.join(" ")} ;;`;
}

function flagSpec({ name, description, takes, repeats }: CompletedFlag): string {
  const star = repeats ? "*" : "";
  const text = plain(description).replaceAll(/[[\]]/g, "");
  return takes.kind === "nothing"
    ? quoted(`${star}--${name}[${text}]`)
    : quoted(`${star}--${name}=[${text}]:${action(takes, name)}`);
}

/** The message and what follows the colon of a specification. */
function action(what: Completed, name: string): string {
  switch (what.kind) {
    case "nothing":
    case "text":
      return `${name}: `;
    case "file":
      return `${name}:_files`;
    case "folder":
      return `${name}:_files -/`;
    case "one-of":
      return `${name}:(${what.values.join(" ")})`;
    default:
      return what satisfies never;
  }
}

/** Colons and quotes mean something in a specification; typographic ones don't. */
function plain(text: string): string {
  return text
    .replaceAll("'", "’")
    .replaceAll(": ", ", ")
    .replaceAll(/[:"`$]/g, " ")
    .replaceAll(/\s+/g, " ");
}
