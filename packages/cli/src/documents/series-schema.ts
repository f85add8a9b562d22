import * as z from "zod";

const series = z.strictObject({
  schema: z.literal("berth/series@1"),
  key: z.string().describe("the key that differs, as the flag is spelled"),
  points: z.array(
    z.strictObject({
      value: z.string(),
      estimate: z
        .looseObject({ schema: z.literal("berth/estimate@1"), fits: z.boolean() })
        .describe("as estimate.schema.json has it"),
    }),
  ),
});

/** The JSON Schema of what `berth estimate --sweep --json` and `--all-gpus --json` print. */
export function seriesJsonSchema(): object {
  return z.toJSONSchema(series);
}
