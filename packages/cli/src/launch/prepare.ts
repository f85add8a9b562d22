import { join } from "node:path";
import type { LaunchUnit } from "@berth/core/launch";
import { runProgram } from "../io/run.ts";

/** Copying a few files of code. */
const TIMEOUT_SECONDS = 60;

/** Runs what a bundle's servers need to have run before them, each script once. Throws a ToolError where one fails. */
export async function prepare(bundle: string, units: readonly LaunchUnit[]): Promise<void> {
  for (const script of preparations(units)) {
    await runProgram({
      command: "sh",
      args: [join(bundle, script)],
      what: "preparing the bundle",
      timeoutSeconds: TIMEOUT_SECONDS,
    });
  }
}

/** The scripts, by their paths in the bundle. */
export function preparations(units: readonly LaunchUnit[]): readonly string[] {
  return [...new Set(units.flatMap(({ preparation }) => preparation ?? []))];
}
