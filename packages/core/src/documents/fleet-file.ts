import type * as z from "zod";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import { checkFleet } from "./fleet-schema.ts";
import { keyText, schemaProblem } from "./schema-problem.ts";
import { parseYaml } from "./yaml-text.ts";

/**
 * A fleet file (YAML, of which JSON is a part), checked against its schema. Throws an InputError
 * that names the file, the key, what was expected and what came.
 */
export function parseFleetFile(file: string, text: string): FleetFile {
  const value = parseYaml(file, text);
  const result = checkFleet(value);
  if (!result.success) {
    throw firstProblem(file, value, result.error.issues);
  }
  refuseTwins(file, result.data);
  return result.data;
}

function firstProblem(
  file: string,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): InputError {
  const issue = issues[0];
  if (issue === undefined) {
    return new InputError({ file }, "expected a fleet file");
  }
  if (issue.code === "unrecognized_keys") {
    return unknownKey(file, issue.path, issue.keys);
  }
  return schemaProblem(file, value, issue);
}

function unknownKey(
  file: string,
  path: readonly PropertyKey[],
  keys: readonly string[],
): InputError {
  const [key = ""] = keys;
  const near = closest(key, KNOWN_KEYS);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return new InputError({ file, key: keyText([...path, key]) }, `unknown key${hint}`);
}

/** Every key of the fleet file, for "did you mean". */
const KNOWN_KEYS = [
  "schema",
  "inventory",
  "topology",
  "hosts",
  "engine",
  "engineVersion",
  "policy",
  "models",
  "name",
  "model",
  "tp",
  "pp",
  "ep",
  "quantization",
  "kvCacheDtype",
  "maxSeqLen",
  "maxNumTokens",
  "maxBatchSize",
  "concurrency",
  "least",
  "want",
  "replicas",
  "priority",
  "exclusive",
  "notWith",
  "gpus",
  "gpu",
  "count",
  "reserve",
  "sharing",
  "mixedTensorParallel",
  "ignoreRunning",
  "unknownGpus",
] as const;

function refuseTwins(file: string, fleet: FleetFile): void {
  const names = fleet.models.map((model) => model.name);
  const twin = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twin >= 0) {
    throw new InputError(
      { file, key: `models[${twin}].name` },
      `expected a name of its own, got ${shown(names[twin])} a second time`,
    );
  }
}
