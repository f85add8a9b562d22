import type { ArgsDef, CommandMeta } from "citty";
import type { ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import type { Flags } from "./flags.ts";

/** A subcommand: what its help says, and what it does. */
export interface Command {
  readonly meta: CommandMeta & { readonly name: string; readonly description: string };
  readonly args: ArgsDef;
  /** Names of the arguments that may be given several times. */
  readonly repeatable?: readonly string[];
  /** Names of flags that may stand alone, or before a number. */
  readonly optionalNumbers?: readonly string[];
  /** Whole command lines to start from. */
  readonly examples: readonly string[];
  run(flags: Flags, terminal: Terminal): Promise<ExitCode>;
}

/** The flag that every command has. */
export const JSON_FLAG = {
  type: "boolean",
  description: "print one JSON document, and nothing else, on stdout",
} as const;

/** What berth calibrate wrote, for all that estimates. */
export const CALIBRATION_FLAG = {
  type: "string",
  valueHint: "FILE",
  description:
    "corrections of empirical terms by what was measured here, as berth calibrate --out wrote them",
} as const;
