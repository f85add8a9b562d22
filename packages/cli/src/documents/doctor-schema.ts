import * as z from "zod";
import type { Finding } from "../doctor/finding.ts";

const finding = z.strictObject({
  id: z.string(),
  state: z
    .enum(["there", "missing", "problem"])
    .describe("problem: it is there and does not work; what is missing may not be needed"),
  found: z.string().describe("a version, a path, a count; empty where there is nothing"),
  means: z.string().describe("for Berth, one sentence"),
}) satisfies z.ZodType<Finding>;

const doctor = z.strictObject({
  schema: z.literal("berth/doctor@1"),
  findings: z.array(finding).readonly(),
}) satisfies z.ZodType<DoctorDocument>;

/** `berth/doctor@1`: what of Berth's surroundings is there. */
export interface DoctorDocument {
  readonly schema: "berth/doctor@1";
  readonly findings: readonly Finding[];
}

/** The JSON Schema of what `berth doctor --json` prints. */
export function doctorJsonSchema(): object {
  return z.toJSONSchema(doctor);
}
