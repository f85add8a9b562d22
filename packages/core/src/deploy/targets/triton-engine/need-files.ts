import { shellQuote } from "../../text/shell.ts";
import type { TritonHost, TritonServer } from "./repository.ts";

/** Shell lines that end the script where engines or templates of a server are missing. */
export function needFiles(
  { builds }: TritonHost,
  { models, tokenizers, repository }: TritonServer,
  here: string,
): readonly string[] {
  const needed = new Set(models.map(({ build }) => build));
  const files = [
    ...builds
      .filter((build) => needed.has(build))
      .map(({ engineFolder }) => shellQuote(`${engineFolder}/config.json`)),
    ...tokenizers.flatMap(({ preprocessing, postprocessing }) =>
      [preprocessing, postprocessing].map(
        (name) => `${here}${shellQuote(`${repository}/${name}/1/model.py`)}`,
      ),
    ),
  ];
  return [
    `for file in ${files.join(" ")}; do`,
    `  if [ ! -f "$file" ]; then`,
    `    printf 'start: there is no %s; run fetch-templates.sh and build.sh first\\n' "$file" >&2`,
    "    exit 1",
    "  fi",
    "done",
  ];
}
