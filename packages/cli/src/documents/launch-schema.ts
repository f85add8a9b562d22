import type { PlanDocument } from "@berth/core";
import type { CardTaken, CardUse } from "@berth/core/launch";
import * as z from "zod";
import type { LaunchEvent } from "../launch/events.ts";
import type { LaunchReport } from "../launch/report.ts";

const text = z.string();
const texts = z.array(text).readonly();
const size = z.int();
const count = z.int().min(0);
const elapsedMs = z.number().min(0);
const replica = { model: text, replica: count };

const taken: z.ZodType<CardTaken> = z.strictObject({
  gpu: text,
  freeBeforeBytes: size,
  freeAfterBytes: size,
  takenBytes: size,
  lowBytes: z.number(),
  highBytes: z.number(),
  verdict: z.enum(["inside", "above", "below"]),
});

const use: z.ZodType<CardUse> = z.strictObject({
  gpu: text,
  freeBytes: size,
  holders: z.array(z.strictObject({ pid: count, name: text, usedBytes: size.exactOptional() })),
});

const plan = z
  .looseObject({ schema: z.literal("berth/plan@1") })
  .describe("as plan.schema.json has it") as unknown as z.ZodType<PlanDocument>;

const event = z.discriminatedUnion("event", [
  z.strictObject({
    event: z.literal("order"),
    stays: z.array(z.strictObject(replica)).readonly(),
    steps: z
      .array(
        z.strictObject({
          action: z.enum(["stop", "start"]),
          ...replica,
          gpus: texts,
          why: text,
          loadSeconds: z.number().exactOptional(),
        }),
      )
      .readonly(),
  }),
  z.strictObject({ event: z.literal("stopping"), engine: text }),
  z.strictObject({ event: z.literal("stopped"), engine: text }),
  z.strictObject({
    event: z.literal("starting"),
    engine: text,
    gpus: texts,
    command: text,
    log: text.exactOptional().describe("where its output goes; absent where not on this host"),
  }),
  z.strictObject({
    event: z.literal("loading"),
    engine: text,
    elapsedMs,
    stage: text,
    cards: z.array(use).readonly(),
  }),
  z.strictObject({ event: z.literal("ready"), engine: text, elapsedMs }),
  z.strictObject({
    event: z.literal("measured"),
    engine: text,
    cards: z.array(taken).readonly(),
    departures: texts,
  }),
  z.strictObject({
    event: z.literal("replanned"),
    plan: plan.describe("the plan that the launch goes on with"),
    file: text,
    corrections: count.describe("what was measured, as corrections that it counts with"),
    calibration: text.describe("the file of the corrections"),
    beyond: z
      .record(text, z.number())
      .describe("bytes that engines hold beyond what was planned for them, by card"),
  }),
  z.strictObject({ event: z.literal("not-replanned"), reason: text }),
  z.strictObject({
    event: z.literal("failed"),
    engine: text,
    reason: text,
    findings: texts.describe("lines of its log that say why, with their meaning"),
    log: text.exactOptional(),
  }),
]) satisfies z.ZodType<LaunchEvent>;

const report = z.strictObject({
  schema: z.literal("berth/launch-report@1"),
  result: z.enum(["running", "failed", "stopped"]),
  events: z.array(event).readonly(),
}) satisfies z.ZodType<LaunchReport>;

/** The JSON Schemas of what `berth launch` prints: a line of `--events`, and the document of `--json`. */
export function launchSchemas(): Readonly<Record<string, object>> {
  return {
    "launch-event.schema.json": z.toJSONSchema(event),
    "launch-report.schema.json": z.toJSONSchema(report),
  };
}
