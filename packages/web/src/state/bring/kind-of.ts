import { parseFleetFile } from "@berth/core";
import { HEADER_ENDING } from "@berth/core/files";
import { isPrinted } from "../inventory-marks.ts";
import type { WorkspaceFile } from "../workspace.ts";

/** What a text is, by what is in it; "beside" is what stands beside a config.json. */
export type BroughtKind = "plan" | "fleet" | "config" | "beside" | "header" | "inventory" | "trace";

/** Looks at the text alone, but for YAML, which everything is; names mean nothing otherwise. */
export function kindOf({ name, text }: WorkspaceFile): BroughtKind | undefined {
  const value = jsonOf(text);
  if (value !== undefined) {
    return kindOfJson(name, value);
  }
  if (/^\s*["']?models["']?\s*:/m.test(text) && isFleet(name, text)) {
    return "fleet";
  }
  if (isPrinted(text)) {
    return "inventory";
  }
  return TRACE_MARKS.some((mark) => mark.test(text)) ? "trace" : undefined;
}

/** How a trace of requests begins: a time and two counts, or the names of such columns, of Azure and BurstGPT too. */
const TRACE_MARKS = [
  /^\s*"?[\d.:TZ +-]+"?\s*,\s*\d+\s*,\s*\d+/,
  /^[^\n]*\b(?:time|timestamp|arrived_at)\b[^\n]*,[^\n]*(?:tokens|_tokens|prompt)/i,
];

function kindOfJson(name: string, value: object): BroughtKind | undefined {
  const schema = "schema" in value && typeof value.schema === "string" ? value.schema : "";
  if (schema.startsWith("berth/plan@")) {
    return "plan";
  }
  if (name.endsWith(HEADER_ENDING) && schema.startsWith("berth/header@")) {
    return "header";
  }
  return KEYS.find(([, keys]) => keys.some((key) => key in value))?.[0];
}

/** Keys that tell JSON documents apart, in the order in which they are looked for. */
const KEYS: readonly (readonly [BroughtKind, readonly string[]])[] = [
  ["beside", ["weight_map"]],
  ["config", ["model_type", "architectures", "pretrained_config", "builder_config", "mapping"]],
  ["fleet", ["models"]],
  ["beside", ["producer", "quantization"]],
];

function jsonOf(text: string): object | undefined {
  if (!text.trimStart().startsWith("{")) {
    return;
  }
  try {
    return JSON.parse(text) as object;
  } catch {
    return;
  }
}

function isFleet(name: string, text: string): boolean {
  if (/\.ya?ml$/i.test(name)) {
    return true;
  }
  try {
    parseFleetFile(name, text);
    return true;
  } catch {
    return false;
  }
}
