import type { ArgDef } from "citty";
import type { Command } from "../args/command.ts";
import { valuesOf } from "./values.ts";

/** What may follow a flag, or stand in an argument's place. */
export type Completed =
  | { readonly kind: "nothing" }
  | { readonly kind: "text" }
  | { readonly kind: "file" }
  | { readonly kind: "folder" }
  | { readonly kind: "one-of"; readonly values: readonly string[] };

export interface CompletedFlag {
  readonly name: string;
  readonly description: string;
  readonly takes: Completed;
  /** May be given several times. */
  readonly repeats: boolean;
}

/** A subcommand, as far as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly CompletedFlag[];
  /** What its arguments are; files where they may be files or anything else. */
  readonly argument: Completed;
}

const HELP: CompletedFlag = {
  name: "help",
  description: "what the command takes",
  takes: { kind: "nothing" },
  repeats: false,
};

export function completedCommand(command: Command): CompletedCommand {
  const { meta, args, repeatable = [] } = command;
  const entries = Object.entries(args);
  const positionals = entries.filter(([, { type }]) => type === "positional");
  return {
    name: meta.name,
    description: meta.description,
    flags: [
      ...entries
        .filter(([, { type }]) => type !== "positional")
        .map(([name, def]) => ({
          name,
          description: def.description ?? "",
          takes: takenBy(meta.name, name, def),
          repeats: repeatable.includes(name),
        })),
      HELP,
    ],
    argument:
      positionals.length === 0
        ? { kind: "nothing" }
        : argumentOf(meta.name, positionals[0]?.[0] ?? ""),
  };
}

function argumentOf(command: string, name: string): Completed {
  const values = valuesOf(command, name);
  return values === undefined ? { kind: "file" } : { kind: "one-of", values };
}

function takenBy(command: string, name: string, def: ArgDef): Completed {
  if (def.type === "boolean") {
    return { kind: "nothing" };
  }
  const hint = def.valueHint ?? "";
  const values = hint.includes("|") ? hint.split("|") : valuesOf(command, name);
  if (values !== undefined) {
    return { kind: "one-of", values };
  }
  if (/^(?:\[MODEL=\])?(?:FILE|PLAN|SOURCE)$/.test(hint)) {
    return { kind: "file" };
  }
  return { kind: /^(?:DIR|PATH)$/.test(hint) ? "folder" : "text" };
}
