import type { FleetFile } from "@berth/core";
import {
  countableRate,
  evaluateExpression,
  readLengths,
  type Vars,
  varsOf,
  type WorkloadChange,
} from "@berth/core/capacity";
import type { Flags } from "../args/flags.ts";

/** What stands in for the workloads of a fleet file, or for the lack of one. */
export const WORKLOAD_FLAGS = {
  rate: {
    type: "string",
    valueHint: "REQUESTS",
    description:
      "requests a second for each model: a number, or an expression such as 300 * 0.2 / 60 or 12 requests / minute",
  },
  prompt: {
    type: "string",
    valueHint: "TOKENS",
    description: "tokens of a prompt: 1024 or 8k, or 500..4k for a median and a 95th percentile",
  },
  output: { type: "string", valueHint: "TOKENS", description: "tokens of an output, likewise" },
} as const;

/** What the flags say; expressions may use the `vars` of a fleet file, or of the plan that was made from it. */
export async function workloadFlags(
  flags: Flags,
  file: string,
  { vars = {} }: Pick<FleetFile, "vars">,
): Promise<WorkloadChange> {
  const rate = flags.text("rate");
  const [prompt, output] = [flags.text("prompt"), flags.text("output")];
  return {
    rate: rate === undefined ? undefined : await rateOf(rate, await varsOf(file, vars)),
    prompt: prompt === undefined ? undefined : await readLengths("--prompt", prompt),
    output: output === undefined ? undefined : await readLengths("--output", output),
  };
}

async function rateOf(text: string, vars: Vars): Promise<number> {
  const place = { file: "--rate" };
  return countableRate(place, await evaluateExpression(place, text, vars, "rate"));
}
