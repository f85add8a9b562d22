import * as z from "zod";

const text = z.string();
const count = z.int().min(0);
const finite = z.number();

const replica = z.looseObject({ model: text, replica: count });

/** From the plan that runs to the one that was made from it. */
export const planTransition: z.ZodType = z.looseObject({
  moveCost: z.union([finite, z.literal("never")]),
  stays: z.array(replica),
  steps: z.array(
    replica.extend({
      action: z.enum(["stop", "start"]),
      gpus: z.array(text),
      why: text,
      loadSeconds: finite.optional(),
    }),
  ),
  restarts: count,
  interrupted: z.array(replica),
  loadSeconds: finite,
});
