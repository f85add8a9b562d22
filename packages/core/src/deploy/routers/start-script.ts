import { launcherFact } from "../../catalog/launcher-catalog.ts";
import { shellQuote } from "../text/shell.ts";
import { visible } from "../text/visible.ts";
import type { Route, RoutedHost } from "./route.ts";

/** How a router is started in the foreground, as lines of a POSIX shell with `$here` as its folder. */
export interface RouterStart {
  readonly program: string;
  /** Environment variables beside those of addresses, each with what it is for. */
  readonly variables: readonly (readonly [name: string, meaning: string])[];
  /** Runs before either command. */
  readonly prepare?: readonly string[];
  /** Checks the configuration and ends; undefined where the program can't. */
  readonly check?: string;
  readonly run: string;
  /** Path that answers with 200 once it takes requests, without a key; absent where there is none. */
  readonly healthPath?: string;
}

/** Starts the router in the foreground; with the word `check` it only looks at the configuration. */
export function startScript({ hosts }: Route, start: RouterStart): string {
  const { variables, prepare = [], check, run } = start;
  const all = [...hosts.map(addressVariable), ...variables];
  const width = Math.max(...all.map(([name]) => name.length));
  return `${[
    "#!/bin/sh",
    `# Starts ${start.program} in the foreground as one OpenAI endpoint. Variables:`,
    ...all.map(([name, meaning]) => `#   ${name.padEnd(width)}  ${meaning}`),
    "set -eu",
    `here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)`,
    ...hosts.flatMap(addressLines),
    ...prepare,
    ...(check === undefined ? [] : [`if [ "\${1:-}" = check ]; then exec ${check}; fi`]),
    `exec ${run}`,
  ].join("\n")}\n`;
}

function addressVariable({ name, variable, address }: RoutedHost): readonly [string, string] {
  return [
    variable,
    `address of the host ${visible(name)}${address === undefined ? "" : ` (${address})`}`,
  ];
}

function addressLines({ name, variable, address }: RoutedHost): readonly string[] {
  if (address !== undefined) {
    return [`export ${variable}="\${${variable}:-${address}}"`];
  }
  const problem = `set ${variable} to the address of the host ${visible(name)}`;
  return [
    `if [ -z "\${${variable}:-}" ]; then`,
    `  printf 'start: %s\\n' ${shellQuote(problem)} >&2`,
    "  exit 2",
    "fi",
  ];
}

/** Where a router listens unless told otherwise: LiteLLM's own port. */
export const ROUTER_PORT: number = launcherFact("litellm", "port");

/** Names the folder that a router writes to, for those that write. */
export const RUN_FOLDER_VARIABLE = "BERTH_RUN_DIR";

/** Where every router listens. */
export const LISTEN_VARIABLES: RouterStart["variables"] = [
  ["BERTH_ROUTER_HOST", "address to listen on (127.0.0.1)"],
  ["BERTH_ROUTER_PORT", `port to listen on (${ROUTER_PORT})`],
];

export const KEY_VARIABLES: RouterStart["variables"] = [
  ["BERTH_ROUTER_KEY", "key that clients must show (none)"],
  ["BERTH_SERVER_KEY", "key that the servers ask for (none)"],
];

/** Lines that copy NAME.in to NAME in `$run` with each value in place of its name between two @. */
export function filledIn(
  file: string,
  values: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  return [
    `run=\${BERTH_RUN_DIR:-$here/run}`,
    'mkdir -p -- "$run"',
    `run=$(CDPATH='' cd -- "$run" && pwd)`,
    `filled=$run/${file}`,
    `cp -- "$here/${file}.in" "$filled"`,
    "# fill NAME VALUE: puts the value where @NAME@ stands.",
    FILL,
    ...values.map(([name, value]) => `fill ${name} "${value}"`),
  ];
}

const FILL = `fill() {
  case $2 in
    "" | *[!A-Za-z0-9.:_-]*)
      printf 'start: %s: expected an address or a number, got %s\\n' "$1" "$2" >&2
      exit 2
      ;;
  esac
  sed "s/@$1@/$2/g" "$filled" >"$filled.new"
  mv -- "$filled.new" "$filled"
}`;
