import { eachModel, type Rule } from "../../rules.ts";
import { isPath } from "../../servers/model-files.ts";

/** A container sees what is mounted: a relative path would be one of the bundle's folder. */
export const COMPOSE_RULES: readonly Rule[] = [
  eachModel(({ model, source, draft }) =>
    [source, draft?.source ?? ""]
      .filter((each) => each !== "" && isPath(each) && !isMountable(each))
      .map((each) => ({ code: "path-not-absolute", model, source: each })),
  ),
];

function isMountable(source: string): boolean {
  return source.startsWith("/") && !source.split("/").includes("..");
}
