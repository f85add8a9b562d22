import { type ParseArgsConfig, parseArgs } from "node:util";
import { closest, shown } from "@berth/core";
import type { ArgsDef } from "citty";
import { UsageError } from "../usage-error.ts";
import type { Command } from "./command.ts";
import { type Flags, flagsOf } from "./flags.ts";

/**
 * The arguments after a command's name. citty's own parser takes whatever comes; this one throws a
 * UsageError for an unknown flag, a missing or superfluous value, and a missing argument.
 */
export function readFlags(command: Command, rawArgs: readonly string[]): Flags {
  const { tokens } = parseArgs({
    args: [...rawArgs],
    options: optionsOf(command.args),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, readonly string[]>();
  const positionals: string[] = [];
  let open: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional" && open !== undefined && /^\d/.test(token.value)) {
      values.set(open, [token.value]);
    } else if (token.kind === "positional") {
      positionals.push(token.value);
    } else if (token.kind === "option") {
      const { name, value } = checkedOption(command, token);
      refuseSecond(command, values, name);
      values.set(name, [...(values.get(name) ?? []), value]);
    }
    open = opensNumber(command, token) ? token.name : undefined;
  }
  assignPositionals(command, positionals, values);
  refuseEmpty(command, values);
  return flagsOf(values);
}

/** An empty text names no file, folder, card or number: as a rule it is a variable of a script that is not set. */
function refuseEmpty({ args }: Command, values: ReadonlyMap<string, readonly string[]>): void {
  for (const [name, given] of values) {
    if (given.some((value) => value.trim() === "")) {
      const shownName = args[name]?.type === "positional" ? name.toUpperCase() : `--${name}`;
      throw new UsageError(`${shownName}: expected a value, got an empty text`);
    }
  }
}

/** Whether a number that comes next is this flag's. */
function opensNumber(
  { optionalNumbers = [] }: Command,
  token: { readonly kind: string; readonly name?: string; readonly value?: string | undefined },
): token is { readonly kind: "option"; readonly name: string } {
  return (
    token.kind === "option" &&
    token.value === undefined &&
    optionalNumbers.includes(token.name ?? "")
  );
}

function optionsOf(args: ArgsDef): NonNullable<ParseArgsConfig["options"]> {
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, { type }]) => type !== "positional")
      .map(([name, { type }]) => [name, { type: type === "boolean" ? "boolean" : "string" }]),
  );
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function checkedOption(
  command: Command,
  token: OptionToken,
): { readonly name: string; readonly value: string } {
  const { name, rawName, value, inlineValue } = token;
  const definition = Object.hasOwn(command.args, name) ? command.args[name] : undefined;
  if (definition === undefined || definition.type === "positional" || !rawName.startsWith("--")) {
    throw new UsageError(unknownFlag(command, rawName));
  }
  if (definition.type === "boolean") {
    return { name, value: switchValue(command, token) };
  }
  if (value === undefined || (inlineValue === false && /^-./.test(value))) {
    const got = value === undefined ? "" : `, got the flag ${value}`;
    throw new UsageError(`${rawName}: expected a value${got}`);
  }
  return { name, value };
}

/** "true", or the number after the = of a flag that may have one. */
function switchValue({ optionalNumbers = [] }: Command, { name, rawName, value }: OptionToken) {
  if (value !== undefined && !optionalNumbers.includes(name)) {
    throw new UsageError(`${rawName} takes no value, got ${shown(value)}`);
  }
  return value ?? "true";
}

function unknownFlag({ meta, args }: Command, rawName: string): string {
  const known = Object.keys(args).filter((name) => args[name]?.type !== "positional");
  const near = closest(rawName.replace(/^-+/, ""), known);
  return near === undefined
    ? `unknown flag ${rawName}; berth ${meta.name} --help lists them`
    : `unknown flag ${rawName}; did you mean --${near}?`;
}

function refuseSecond(
  { meta, repeatable = [] }: Command,
  values: ReadonlyMap<string, unknown>,
  name: string,
): void {
  if (values.has(name) && !repeatable.includes(name)) {
    throw new UsageError(`--${name} is given twice; berth ${meta.name} takes one`);
  }
}

function assignPositionals(
  { meta, args, repeatable = [] }: Command,
  positionals: readonly string[],
  values: Map<string, readonly string[]>,
): void {
  let left = positionals;
  for (const [name, { type, required }] of Object.entries(args)) {
    if (type !== "positional") {
      continue;
    }
    const taken = repeatable.includes(name) ? left : left.slice(0, 1);
    left = left.slice(taken.length);
    if (taken.length > 0) {
      values.set(name, taken);
    } else if (required !== false) {
      throw new UsageError(`expected ${name.toUpperCase()}; see berth ${meta.name} --help`);
    }
  }
  if (left.length > 0) {
    throw new UsageError(`unexpected argument ${shown(left[0])}; see berth ${meta.name} --help`);
  }
}
