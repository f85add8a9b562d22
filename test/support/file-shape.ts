// The structure of a bundle's file, read by its format's own parser, without the texts in it.
import { parseAllDocuments } from "yaml";
import type { Artifact } from "../../packages/core/src/deploy/artifact.ts";
import { readPbtxt } from "./read-pbtxt.ts";
import { shellShape } from "./shell-shape.ts";

/** Equal for two files that differ in texts only. Throws where the parser does not take the file. */
export function fileShape({ path, text, isExecutable }: Artifact): unknown {
  return isExecutable ? shellShape(text) : textShape(path, text);
}

function textShape(path: string, text: string): unknown {
  const ending = /\.([a-z]+)$/.exec(path)?.[1];
  switch (ending) {
    case "sh":
    case "sbatch":
      return shellShape(text);
    case "md":
      return "Markdown";
    case "json":
      return valueShape(JSON.parse(text));
    case "pbtxt":
      return valueShape(readPbtxt(text));
    case "yaml":
    case "yml":
      return parseAllDocuments(text).map((document) => {
        if (document.errors.length > 0) {
          throw new Error(`${path}: ${document.errors[0]?.message}`);
        }
        return valueShape(document.toJS());
      });
    default:
      return lineShape(text);
  }
}

/** Lines with keys of an ini file as `KEY=`, its sections as they are; comments and empty lines are left out. */
function lineShape(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => !/^\s*(?:[#;].*)?$/.test(line))
    .map((line) => /^\s*\[[^\]]*\]$|^\s*[A-Za-z][\w-]*\s*=/.exec(line)?.[0] ?? "line");
}

/** Keys may be names: only their number counts, and what stands under them. */
function valueShape(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, at) =>
      value[at - 1] === "-c" && typeof item === "string" ? shellShape(item) : valueShape(item),
    );
  }
  if (value instanceof Map) {
    return valueShape(Object.fromEntries(value));
  }
  if (typeof value !== "object" || value === null) {
    return typeof value;
  }
  // what stands in a ConfigMap is a file of its own
  const shapes = Object.entries(value).map(([key, inner]) =>
    typeof inner === "string" && /\.(?:sh|ya?ml|json|pbtxt)$/.test(key)
      ? textShape(key, inner)
      : valueShape(inner),
  );
  return shapes.map((shape) => JSON.stringify(shape)).sort();
}
