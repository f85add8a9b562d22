import { listTargets } from "@berth/core/deploy";
import * as z from "zod";
import type { DeploymentDiff, WrittenDeployment } from "../commands/write-deployment.ts";

const text = z.string();

const bundle = {
  folder: text,
  targets: z.array(z.enum(listTargets().map(({ id }) => id))).readonly(),
};

const render = z.strictObject({
  schema: z.literal("berth/render@1"),
  ...bundle,
  files: z.array(text).readonly(),
}) satisfies z.ZodType<WrittenDeployment>;

const renderDiff = z.strictObject({
  schema: z.literal("berth/render-diff@1"),
  ...bundle,
  changes: z
    .array(
      z.strictObject({
        path: text,
        change: z.enum(["new", "changed", "removed"]),
        patch: text.describe("git apply and patch -p1 take it"),
      }),
    )
    .readonly(),
}) satisfies z.ZodType<DeploymentDiff>;

/** The JSON Schemas of what `berth render --json` prints, by their files. */
export function renderSchemas(): Readonly<Record<string, object>> {
  return {
    "render.schema.json": z.toJSONSchema(render),
    "render-diff.schema.json": z.toJSONSchema(renderDiff),
  };
}
