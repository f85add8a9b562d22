import * as z from "zod";
import type { StatusDocument, StopDocument } from "../launch/status-document.ts";

const text = z.string();
const texts = z.array(text).readonly();

const engine = z.strictObject({
  name: text,
  model: text,
  replica: z.int().min(0),
  gpus: texts,
  condition: z
    .enum(["ended", "starting", "ready", "departed", "silent"])
    .describe("departed: ready, and outside of the plan's bounds; silent: there, and no answer"),
  port: z.int(),
  pid: z.int().exactOptional(),
  startedAt: text,
  log: text,
});

const part = z.strictObject({
  name: text,
  target: z.enum(["kubernetes", "slurm"]),
  condition: z
    .enum(["ready", "departed", "starting", "waiting", "failed"])
    .describe("waiting: it was ready, and is not any more"),
  detail: text.exactOptional().describe("why it is not ready"),
  gpus: texts,
  job: text.exactOptional().describe("a job's number"),
});

const status = z.strictObject({
  schema: z.literal("berth/status@1"),
  engines: z.array(engine).readonly().describe("on this host"),
  parts: z.array(part).readonly().describe("workloads and jobs on clusters"),
}) satisfies z.ZodType<StatusDocument>;

const stop = z.strictObject({
  schema: z.literal("berth/stop@1"),
  stopped: texts.describe("the newest first"),
}) satisfies z.ZodType<StopDocument>;

/** The JSON Schemas of what `berth status --json` and `berth stop --json` print, by their files. */
export function statusSchemas(): Readonly<Record<string, object>> {
  return {
    "status.schema.json": z.toJSONSchema(status),
    "stop.schema.json": z.toJSONSchema(stop),
  };
}
