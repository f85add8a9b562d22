import type { Sourced } from "../report/sourced.ts";
import { LOADING } from "./data.gen.ts";

/** Bytes a second at which a starting engine reads its weights, all its ranks together. */
export function loadRate(): Sourced {
  const [value, basis, source] = LOADING[0]?.bytesPerSecond ?? [Number.NaN, "assumed", ""];
  return { value, basis, source };
}
