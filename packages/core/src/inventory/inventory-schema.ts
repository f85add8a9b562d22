import * as z from "zod";
import { checkSchema } from "../report/check-schema.ts";

const text = z.string();
const mib = z.number().min(0).optional();
const count = z.int().min(0);

const gpu = z.looseObject({
  index: count,
  uuid: text.optional(),
  name: text.optional(),
  catalogId: text.optional(),
  busId: text.optional(),
  memoryTotalMiB: mib,
  memoryReservedMiB: mib,
  memoryUsedMiB: mib,
  memoryFreeMiB: mib,
  powerLimitW: z.number().min(0).optional(),
  computeCapability: text.optional(),
  hasEcc: z.boolean().optional(),
  processes: z.array(z.looseObject({ pid: count, name: text.optional(), usedMiB: mib })).optional(),
  migEnabled: z.boolean().optional(),
  migDevices: z
    .array(
      z.looseObject({
        index: count,
        uuid: text.optional(),
        profile: text.optional(),
        memoryTotalMiB: mib,
        memoryUsedMiB: mib,
      }),
    )
    .optional(),
  isLost: z.boolean().optional(),
});

const host = z.looseObject({
  name: text,
  driverVersion: text.optional(),
  cudaVersion: text.optional(),
  gpus: z.array(gpu),
  links: z.array(z.looseObject({ a: count, b: count, kind: text, peerToPeer: z.boolean() })),
  cut: z.looseObject({ source: text, text }).optional(),
});

const inventory = z.looseObject({
  schema: z.literal("berth/inventory@1"),
  hosts: z.array(host),
  warnings: z.array(text),
});

/** The JSON Schema of what `berth inventory --json` prints. */
export function inventoryJsonSchema(): object {
  return z.toJSONSchema(inventory);
}

/** Whether a value is a `berth/inventory@1` document, and what is wrong with it; keys of later versions are let through. */
export function checkInventory(value: unknown): z.ZodSafeParseResult<unknown> {
  return checkSchema(inventory, value);
}
