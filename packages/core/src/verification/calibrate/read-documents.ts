import * as z from "zod";
import { engineIds } from "../../catalog/engine-catalog.ts";
import type { CalibrationDocument } from "../../documents/calibration-document.ts";
import { schemaProblem } from "../../documents/schema-problem.ts";
import { parseJson } from "../../importers/parse-json.ts";
import { checkSchema } from "../../report/check-schema.ts";
import { InputError } from "../../report/errors.ts";
import type { VerifyDocument } from "../verify-document.ts";

const text = z.string().max(10_000);
const count = z.int().min(0);
const finite = z.number();
const positive = z.number().positive();
const engine = z.enum(engineIds());
const unit = z.enum(["bytes", "tokens", "blocks"]);

const comparison = z.looseObject({
  id: text,
  unit,
  terms: z.array(text),
  basis: z.enum(["derived", "empirical"]),
  low: finite,
  planned: finite,
  high: finite.optional(),
  measured: finite,
  halfWidth: finite.min(0),
  difference: finite,
  verdict: z.enum(["inside", "below", "above"]),
  isHarmful: z.boolean(),
  own: z
    .looseObject({
      lowBytes: finite,
      plannedBytes: finite,
      highBytes: finite,
      besideBytes: finite,
    })
    .optional(),
  evidence: z.looseObject({ kind: z.enum(["log", "nvidia-smi", "metrics"]), name: text, text }),
});

const card = { catalogId: text, computeCapability: text, comparisons: z.array(comparison) };

const report = z.looseObject({
  schema: z.literal("berth/verify@1"),
  holds: z.boolean(),
  measured: count,
  outside: count,
  gpus: z.array(z.looseObject({ id: text, ...card })),
  deployments: z.array(
    z.looseObject({
      model: text,
      replica: count,
      source: text,
      engine: z.looseObject({ id: engine, version: text }),
      quantization: text,
      tp: count,
      pp: count,
      runningVersion: text.optional(),
      ranks: z.array(z.looseObject({ rank: count, gpu: text, ...card, unmeasured: z.array(text) })),
      failures: z.array(z.looseObject({ code: text, meaning: text })),
    }),
  ),
  warnings: z.array(text),
});

/** As far from 1 as any factor may be; calibrations that Berth writes stay within 4. */
const MOST_FACTOR = 100;

const calibration = z.looseObject({
  schema: z.literal("berth/calibration@1"),
  reports: count,
  corrections: z.array(
    z.looseObject({
      engine,
      term: text,
      computeCapability: text,
      from: text,
      before: text,
      factor: positive.min(1 / MOST_FACTOR).max(MOST_FACTOR),
      spread: positive.max(MOST_FACTOR),
      runs: count,
    }),
  ),
  faults: z.array(z.looseObject({ id: text })),
});

/** A `berth/verify@1` document. Throws an InputError that names the key which is wrong. */
export function readVerifyDocument(file: string, json: string): VerifyDocument {
  return checked(file, json, report) as VerifyDocument;
}

/** A `berth/calibration@1` document. Throws an InputError that names the key which is wrong. */
export function readCalibration(file: string, json: string): CalibrationDocument {
  return checked(file, json, calibration) as CalibrationDocument;
}

function checked(file: string, json: string, schema: z.ZodType): unknown {
  const value = parseJson(file, json);
  const result = checkSchema(schema, value);
  if (result.success) {
    return value;
  }
  const [issue] = result.error.issues;
  throw issue === undefined
    ? new InputError({ file }, "expected another document")
    : schemaProblem(file, value, issue);
}

/** The JSON Schemas of both documents, by the names of their files. */
export function verificationSchemas(): Readonly<Record<string, object>> {
  return {
    "verify.schema.json": z.toJSONSchema(report),
    "calibration.schema.json": z.toJSONSchema(calibration),
  };
}
