import { overridable, shellQuote } from "../text/shell.ts";
import type { EngineServer } from "./engine-server.ts";

/** Shell lines that set `model`: from the variable, else what the plan says, else an error. */
export function modelLines({ model, pathVariable }: EngineServer): readonly string[] {
  const { source, need } = model;
  return need === undefined
    ? overridable("model", pathVariable, source)
    : [
        `# ${need.why}`,
        `model=\${${pathVariable}:-}`,
        `if [ -z "$model" ]; then`,
        `  printf '%s\\n' ${shellQuote(`set ${pathVariable} to ${need.what}`)} >&2`,
        "  exit 2",
        "fi",
      ];
}
