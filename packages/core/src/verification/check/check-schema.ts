import * as z from "zod";

const text = z.string();
const size = z.number();

function variant<Shape extends z.core.$ZodLooseShape>(
  codes: readonly [string, ...string[]],
  shape: Shape,
) {
  return z.looseObject({ code: z.enum(codes), text, ...shape });
}

const onCard = { gpu: text };

/** One difference: its code, its sentence, and the numbers of that code. */
const problem = z.union([
  variant(["host-missing"], { host: text }),
  variant(["inventory-cut"], { host: text, why: text }),
  variant(["driver-changed", "cuda-changed"], { host: text, planned: text, found: text }),
  variant(["card-missing"], { ...onCard, uuid: text.optional() }),
  variant(["card-moved"], { ...onCard, uuid: text, now: text }),
  variant(["card-swapped", "card-model"], { ...onCard, planned: text, found: text }),
  variant(["card-lost", "mig-enabled", "others-unknown"], onCard),
  variant(["ecc-changed"], { ...onCard, isOn: z.boolean() }),
  variant(["memory-less"], { ...onCard, plannedBytes: size, foundBytes: size }),
  variant(["others-hold-more"], {
    ...onCard,
    plannedBytes: size,
    foundBytes: size,
    freeBytes: size,
    processes: z.array(text),
  }),
  variant(["kv-short"], { engine: text, plannedTokens: size, tokens: size }),
  variant(["peer-to-peer-lost", "peer-to-peer-gained"], { engine: text, gpus: z.array(text) }),
  variant(["links-unknown"], { engine: text }),
]);

const check = z.looseObject({
  schema: z.literal("berth/check@1"),
  holds: z.boolean(),
  problems: z.array(problem),
  notes: z.array(problem),
});

/** The JSON Schema of what `berth check --json` prints. */
export function checkJsonSchema(): object {
  return z.toJSONSchema(check);
}
