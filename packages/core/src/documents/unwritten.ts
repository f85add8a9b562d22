import type { Unwritten } from "../placement/planned-model.ts";
import type { FleetModel } from "./fleet-file-types.ts";

/** Keys that every planned model has a value for, whether its part of the file says one or not. */
const KEYS_WITH_DEFAULT = [
  "tp",
  "pp",
  "quantization",
  "kvCacheDtype",
  "maxSeqLen",
  "maxNumTokens",
  "replicas",
] as const satisfies readonly (keyof FleetModel)[];

/** What nobody wrote of a model: an explanation of why it has no place names none of that as a wish. */
export function unwrittenOf(model: FleetModel): Unwritten {
  return {
    byDefault: KEYS_WITH_DEFAULT.filter((key) => model[key] === undefined || model[key] === "auto"),
    forRate: model.setForRate ?? [],
  };
}
