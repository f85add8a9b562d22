import { engineById } from "../../packages/core/src/catalog/engine-catalog.ts";
import { factsFor } from "../../packages/core/src/engine/facts.ts";
import { fitInPasses } from "../fit-grid.ts";
import { type Check, type HeldOut, leaveOut } from "./leave-out.ts";
import { errorOf, fitRows, predict, type Row } from "./vllm.ts";

/** Half of the last digit that vLLM prints. */
const HALF_DIGIT_GIB = 0.005;

/** Profile runs whose family of models, number of ranks or version took no part in the fit. */
export function vllmHeldOut(rows: readonly Row[]): readonly HeldOut[] {
  return [
    leaveOut("family of models", rows, { groupOf: familyOf, foretell }),
    leaveOut("number of ranks", rows, { groupOf: ({ tp, pp }) => `${tp} ${pp}`, foretell }),
    leaveOut("version", rows, { groupOf: ({ version }) => version, foretell }),
  ];
}

function foretell(others: readonly Row[], group: readonly Row[]): readonly Check[] {
  const point = fitRows(others, fitInPasses);
  return group.map((row) => {
    const { low, high } = spreadOf(row);
    const foretold = predict(row, point);
    return {
      // less memory than there is promises more cache
      error: -errorOf(row, point),
      isInside:
        low * foretold - HALF_DIGIT_GIB <= row.activationGiB &&
        row.activationGiB <= high * foretold + HALF_DIGIT_GIB,
    };
  });
}

/** The bounds that data/ gives what it foretells, as factors. */
function spreadOf({ version }: Row): { readonly low: number; readonly high: number } {
  const engine = engineById("vllm");
  const spread =
    engine &&
    factsFor(engine, { version, computeCapability: "9.0", quantization: "bf16" }).need(
      "activationSpread",
    );
  return spread ?? { low: 1, high: 1 };
}

/** The maker's first word: "Llama-3.1-8B-Instruct" is of Llama, "gemma-2-9b-it" of gemma. */
function familyOf({ model }: Row): string {
  return model.split("/").at(-1)?.split(/[-\d]/)[0] ?? model;
}
