import * as z from "zod";
import { EMPTY_CODES } from "./empty/empty-card.ts";
import type { Explanation } from "./explain.ts";

const text = z.string();
const finite = z.number();

const explanation = z.strictObject({
  schema: z.literal("berth/explain@1"),
  numbers: z.array(
    z.strictObject({
      subject: text,
      id: text,
      value: finite,
      low: finite,
      high: finite,
      unit: text.describe(
        'in mathjs\' spelling: "byte", "token", "1", "s", "s / token", "s^-1" and the like',
      ),
      basis: z.enum(["stated", "measured", "derived", "assumed"]),
      law: text.describe("a mathjs expression"),
      filled: text.describe("the law with the values put in"),
      symbols: z.array(z.strictObject({ name: text, value: finite, unit: text, meaning: text })),
      sources: z.array(z.strictObject({ id: text, title: text, url: text.nullable() })),
    }),
  ),
  emptyCards: z
    .array(
      z.strictObject({
        gpu: text,
        reasons: z.array(z.strictObject({ code: z.enum(EMPTY_CODES), text })),
      }),
    )
    .describe("cards that no replica is on, and why as far as is known")
    .exactOptional(),
}) satisfies z.ZodType<Explanation>;

/** The JSON Schema of what `berth explain --json` prints. */
export function explainJsonSchema(): object {
  return z.toJSONSchema(explanation);
}
