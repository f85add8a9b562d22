import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/berth-bin.ts";

const SMI = "packages/nvidia-smi-parser/src";
const CORE = "packages/core/src";
const CLI = "packages/cli/src";
const LINK = "packages/web/src/state/share-link.ts";

/** By the first cell of a row of docs/limits.md: the constants that it states, by their files. */
const STATED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "nvidia-smi, any format": {
    [`${SMI}/limits.ts`]: [
      ...["MAX_TEXT_CHARS", "MAX_LINE_CHARS", "MAX_LINES", "MAX_DEPTH"],
      ...["MAX_MATRIX_COLUMNS", "MAX_XML_DOCUMENTS", "MAX_XML_TAGS"],
    ],
    [`${CLI}/io/inventory-sources.ts`]: ["MAX_INVENTORY_BYTES"],
  },
  "JSON of any kind": { [`${CORE}/importers/parse-json.ts`]: ["MAX_LENGTH", "MAX_DEPTH"] },
  "fleet files (YAML, JSON)": {
    [`${CORE}/documents/yaml-text.ts`]: [
      ...["MAX_YAML_CHARACTERS", "MOST_LEXEMES", "MOST_ALIASES", "MOST_NESTED"],
    ],
    [`${CORE}/documents/fleet.ts`]: ["MOST_CARDS"],
  },
  expressions: {
    [`${CORE}/documents/workload/expression.ts`]: ["MOST_CHARACTERS", "MOST_DEPTH"],
  },
  "plans, verify reports": {
    [`${CLI}/io/plan-file.ts`]: ["MAX_PLAN_BYTES"],
    [`${CLI}/commands/calibrate.ts`]: ["MAX_REPORT_BYTES"],
  },
  "calibrations, state files": {
    [`${CLI}/io/calibration-file.ts`]: ["MAX_CALIBRATION_BYTES"],
    [`${CLI}/launch/state-file.ts`]: ["MAX_STATE_BYTES"],
    [`${CORE}/verification/calibrate/read-documents.ts`]: ["MOST_FACTOR"],
  },
  "`config.json` and what is beside it": {
    [`${CORE}/importers/model-folder.ts`]: ["MAX_CONFIG_BYTES", "MAX_INDEX_BYTES"],
    [`${CORE}/importers/limits.ts`]: [
      ...["MAX_LAYERS", "MAX_HEADS", "MAX_HIDDEN", "MAX_VOCAB", "MAX_EXPERTS", "MAX_CONTEXT"],
    ],
    [`${CORE}/importers/fields.ts`]: ["MAX_LIST"],
  },
  "safetensors and GGUF": {
    [`${CORE}/importers/safetensors.ts`]: ["MAX_HEADER_BYTES"],
    [`${CORE}/importers/gguf-cursor.ts`]: ["MAX_HEADER_BYTES"],
    [`${CORE}/importers/stored-tensor.ts`]: ["MAX_TENSORS", "MAX_DIMENSIONS"],
    [`${CORE}/importers/gguf-reader.ts`]: ["MAX_KEYS", "MAX_KEY_BYTES"],
    [`${CORE}/importers/gguf-values.ts`]: ["MAX_DEPTH"],
    [`${CORE}/importers/safetensors-shards.ts`]: ["MAX_SHARDS"],
  },
  logs: {
    [`${CORE}/logs/line.ts`]: ["MAX_LINE_CHARACTERS"],
    [`${CORE}/logs/findings.ts`]: ["MOST_FINDINGS"],
  },
  traces: {
    [`${CLI}/io/plan-parts.ts`]: ["MAX_TRACE_BYTES"],
    [`${CORE}/documents/workload/trace.ts`]: ["MOST_LINES"],
  },
  metrics: {
    [`${CLI}/io/metrics-source.ts`]: ["MAX_METRICS_BYTES"],
    [`${CORE}/verification/metrics/prometheus.ts`]: ["MAX_LINES", "MAX_LINE_CHARACTERS"],
  },
  "named pipes": { [`${CLI}/io/open-pipe.ts`]: ["SECONDS_FOR_WRITER"] },
  "links of the page": { [LINK]: ["MOST_UNPACKED", "MOST_FILES"] },
};

const page = readFileSync(join(ROOT, "docs/limits.md"), "utf8");
const rows = [...page.matchAll(/^\| (.+?) \| (.+) \| (.+?) \|$/gm)]
  .map(([, what = "", limits = "", why = ""]) => ({ what, limits, why }))
  .filter(({ what }) => what !== "---" && what !== "what is read");

function constant(file: string, name: string): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  const [, value] = new RegExp(`^(?:export )?const ${name} = ([\\d_]+);$`, "m").exec(text) ?? [];
  expect(value, `${file}: ${name}`).toBeDefined();
  return Number(value?.replaceAll("_", "")).toLocaleString("en");
}

test("the table of limits has a row for what is read, each with why", () => {
  expect(rows.map(({ what }) => what)).toEqual(Object.keys(STATED));
  expect(rows.filter(({ why }) => why.length < 10)).toEqual([]);
});

test.each(Object.entries(STATED))("the limits of %s are those of the code", (what, files) => {
  const limits = rows.find((row) => row.what === what)?.limits ?? "";
  const numbers = limits.match(/\d[\d,.]*\d|\d/g) ?? [];
  for (const [file, names] of Object.entries(files)) {
    for (const name of names) {
      expect(numbers, `${file}: ${name}`).toContain(constant(file, name));
    }
  }
});
