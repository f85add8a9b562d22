import { shellQuote } from "../../text/shell.ts";
import type { TritonHost, TritonServer } from "./repository.ts";
import { repositoryModels } from "./repository-models.ts";

/** Shell lines that end the script where engines or templates of a server are missing. */
export function needFiles(
  { builds }: TritonHost,
  server: TritonServer,
  here: string,
): readonly string[] {
  const { models, repository } = server;
  const needed = new Set(models.map(({ build }) => build));
  const files = [
    ...builds
      .filter((build) => needed.has(build))
      .map(({ engineFolder }) => shellQuote(`${engineFolder}/config.json`)),
    ...repositoryModels(server).flatMap(({ name, template }) =>
      template === undefined ? [] : [`${here}${shellQuote(`${repository}/${name}/1/model.py`)}`],
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
