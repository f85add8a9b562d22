import { join } from "node:path";
import type { LaunchUnit } from "@berth/core/launch";
import { runProgram } from "../io/run.ts";

/** Copying a few files of code, or reading one. */
const TIMEOUT_SECONDS = 60;

/** Runs what a bundle's servers need to have run before them, each once. Throws a ToolError where one fails. */
export async function prepare(bundle: string, units: readonly LaunchUnit[]): Promise<void> {
  for (const [command = "", ...args] of preparations(bundle, units)) {
    const what = command === "docker" ? "checking the Compose file" : "preparing the bundle";
    await runProgram({ command, args, what, timeoutSeconds: TIMEOUT_SECONDS });
  }
}

/** The commands, each a list of words. */
export function preparations(
  bundle: string,
  units: readonly LaunchUnit[],
): readonly (readonly string[])[] {
  const scripts = units.flatMap(({ start }) => {
    switch (start.by) {
      case "script":
        return start.preparation ?? [];
      case "load":
        return start.server.preparation ?? [];
      default:
        return [];
    }
  });
  const files = units.flatMap(({ start }) => (start.by === "compose" ? start.file : []));
  return [
    ...[...new Set(scripts)].map((script) => ["sh", join(bundle, script)]),
    ...[...new Set(files)].map((file) => [
      ...["docker", "compose", "--file", join(bundle, file), "config", "--quiet"],
    ]),
  ];
}
