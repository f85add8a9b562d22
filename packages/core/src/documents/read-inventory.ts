import * as z from "zod";
import { parseJson } from "../importers/parse-json.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { InputError } from "../report/errors.ts";
import { schemaProblem } from "./schema-problem.ts";

const text = z.string();
const count = z.int().min(0);
const amount = z.number().min(0);

const migDevice = z.looseObject({
  index: count,
  uuid: text.optional(),
  profile: text.optional(),
  memoryTotalMiB: amount.optional(),
  memoryUsedMiB: amount.optional(),
});

const gpu = z.looseObject({
  index: count,
  uuid: text.optional(),
  name: text.optional(),
  catalogId: text.optional(),
  busId: text.optional(),
  memoryTotalMiB: amount.optional(),
  memoryReservedMiB: amount.optional(),
  memoryUsedMiB: amount.optional(),
  memoryFreeMiB: amount.optional(),
  powerLimitW: amount.optional(),
  computeCapability: text.optional(),
  hasEcc: z.boolean().optional(),
  processes: z
    .array(z.looseObject({ pid: count, name: text.optional(), usedMiB: amount.optional() }))
    .optional(),
  migEnabled: z.boolean().optional(),
  migDevices: z.array(migDevice).optional(),
  isLost: z.boolean().optional(),
});

const inventory = z.looseObject({
  schema: z.literal("berth/inventory@1"),
  hosts: z.array(
    z.looseObject({
      name: text,
      driverVersion: text.optional(),
      cudaVersion: text.optional(),
      gpus: z.array(gpu),
      links: z.array(z.looseObject({ a: count, b: count, kind: text, peerToPeer: z.boolean() })),
      cut: z.looseObject({ source: text, text }).optional(),
    }),
  ),
  warnings: z.array(text),
});

/** What `berth inventory --json` printed, checked for its shape. Throws an InputError that says what is wrong. */
export function readInventoryDocument(file: string, json: string): InventoryDocument {
  const value = parseJson(file, json);
  const result = inventory.safeParse(value);
  if (result.success) {
    return value as InventoryDocument;
  }
  const [issue] = result.error.issues;
  throw issue === undefined
    ? new InputError({ file }, "expected a berth/inventory@1 document")
    : schemaProblem(file, value, issue);
}
