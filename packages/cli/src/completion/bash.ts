import type { Completed, CompletedCommand } from "./completed-command.ts";
import { quoted } from "./quoted.ts";

/** A completion script for bash 4 and newer. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completion for berth; in ~/.bashrc: source <(berth completion bash)
_berth() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]}
  # --flag=value comes as three words
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W ${quoted(`${names} --help --version`)} -- "$cur")
    return
  fi
  case $command in
${commands.map(commandCase).join("\n")}
  esac
}
_berth_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}
_berth_folders() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$1")
}
complete -F _berth berth
`;
}

function commandCase({ name, flags, argument }: CompletedCommand): string {
  const withValue = flags.filter(({ takes }) => takes.kind !== "nothing");
  const values = withValue.map(
    (flag) => `        --${flag.name}) ${completing(flag.takes)}; return ;;`,
  );
  const words = flags.map((flag) => `--${flag.name}`).join(" ");
  return `    ${name})
      case $prev in
${[...values, "        *) ;;"].join("\n")}
      esac
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W ${quoted(words)} -- "$cur")
      else
        ${completing(argument)}
      fi
      ;;`;
}

function completing(what: Completed): string {
  switch (what.kind) {
    case "nothing":
    case "text":
      return ":";
    case "file":
      return '_berth_files "$cur"';
    case "folder":
      return '_berth_folders "$cur"';
    case "one-of":
      return `mapfile -t COMPREPLY < <(compgen -W ${quoted(what.values.join(" "))} -- "$cur")`;
    default:
      return what satisfies never;
  }
}
