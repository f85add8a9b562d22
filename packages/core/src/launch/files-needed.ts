import type { EngineServer } from "../deploy/servers/engine-server.ts";

/** Files of a model that must be made first, and the variable of the environment that says where they are. */
export interface FilesNeeded {
  readonly variable: string;
  /** Goes on from "set VARIABLE to". */
  readonly what: string;
}

/** What a server asks of the environment, as a field of what starts it. */
export function filesNeeded({
  model: { need },
  pathVariable,
}: Pick<EngineServer, "model" | "pathVariable">): { readonly needs?: FilesNeeded } {
  return need === undefined ? {} : { needs: { variable: pathVariable, what: need.what } };
}

/** A sentence for each variable that one of these would not find, each once. */
export function missingFiles(
  wanted: readonly { readonly needs?: FilesNeeded }[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const sentences = wanted.flatMap(({ needs }) =>
    needs === undefined || (environment[needs.variable] ?? "") !== ""
      ? []
      : [`set ${needs.variable} to ${needs.what}`],
  );
  return [...new Set(sentences)];
}
