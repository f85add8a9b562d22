import * as z from "zod";

const serve = z.strictObject({
  schema: z.literal("berth/serve@1"),
  url: z.string(),
  port: z.int().min(1),
  folder: z.string(),
}) satisfies z.ZodType<ServeDocument>;

/** `berth/serve@1`: where the page is. */
export interface ServeDocument {
  readonly schema: "berth/serve@1";
  readonly url: string;
  readonly port: number;
  /** That it may read and write. */
  readonly folder: string;
}

/** The JSON Schema of what `berth serve --json` prints once it listens. */
export function serveJsonSchema(): object {
  return z.toJSONSchema(serve);
}
