import { eachModel, type Rule } from "../../rules.ts";
import { isPath } from "../../servers/model-files.ts";

/** A container sees what is mounted: a relative path would be one of the bundle's folder. */
export const COMPOSE_RULES: readonly Rule[] = [
  eachModel(({ model, source }) =>
    isPath(source) && !isMountable(source) ? [{ code: "path-not-absolute", model, source }] : [],
  ),
];

function isMountable(source: string): boolean {
  return source.startsWith("/") && !source.split("/").includes("..");
}
