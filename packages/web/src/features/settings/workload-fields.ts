import { WORKLOAD_TEXT } from "../../text/workload-en.ts";
import type { Field } from "./field.ts";
import { amount, lengths, prefix } from "./workload-codec.ts";

const text = WORKLOAD_TEXT;

const RATE: Field = {
  key: "rate",
  label: text.rate,
  kind: "text",
  codec: amount,
  hint: text.rateHint,
  placeholderOf: ({ trace }) => (trace === undefined ? text.noRate : text.ofTrace),
};

const ARRIVALS: Field = {
  key: "arrivals",
  label: text.arrivals,
  kind: "choice",
  choices: [
    { id: "", text: text.poisson },
    { id: "constant", text: text.constant },
  ],
};

const PREFIX: Field = {
  key: "sharedPrefix",
  label: text.prefix,
  kind: "text",
  codec: prefix,
  hint: text.prefixHint,
  placeholder: text.none,
};

/** What is said of nearly every workload; its targets are a list of their own. */
export const WORKLOAD_FIELDS: readonly Field[] = [
  RATE,
  ARRIVALS,
  lengthsField("prompt", text.prompt, text.lengthsHint),
  lengthsField("output", text.output, text.lengthsToo),
];

/** What is said of few. */
export const MORE_FIELDS: readonly Field[] = [PREFIX];

/** A trace says itself when requests come. */
export const TRACED_FIELDS: readonly Field[] = WORKLOAD_FIELDS.filter(
  (field) => field !== ARRIVALS,
);

function lengthsField(key: string, label: string, hint: string): Field {
  return {
    key,
    label,
    kind: "text",
    codec: lengths,
    hint,
    placeholderOf: ({ trace }) => (trace === undefined ? undefined : text.ofTrace),
  };
}
